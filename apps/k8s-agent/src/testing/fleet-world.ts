import { listen } from "@platz/db";
import { k8sClusters } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import { ClusterId } from "@platz/domain";
import { type ClusterConnection, loadKubeconfig, openCluster } from "@platz/kubernetes";
import { eq } from "drizzle-orm";
import { ClusterFleet } from "../clusters/cluster-fleet.ts";
import type { FleetOptions } from "../clusters/fleet-options.ts";
import type { BlindSpot, ClusterProvider } from "../providers/cluster-provider.ts";

/** A logger that keeps what it is told. */
export function keptLog() {
  const lines: {
    readonly level: string;
    readonly message: string;
    readonly fields: Record<string, unknown>;
  }[] = [];
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, message, fields });
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}

/** A provider of clusters that the test names; all of them lead to where `connection` says at that moment. */
export function listedProvider(connection: () => ClusterConnection) {
  const listed = new Set<string>();
  const blindSpots: BlindSpot[] = [];
  const provider: ClusterProvider = {
    name: "test",
    owns: (providerId) => providerId.startsWith("test:"),
    discover: async () => ({
      blindSpots: [...blindSpots],
      clusters: [...listed].map((name) => ({
        providerId: `test:${name}`,
        name,
        regionName: "local",
        connect: async () => connection(),
      })),
    }),
  };
  return Object.assign(provider, { listed, blindSpots });
}

/** A database and the real control plane, for fleets that the test starts. */
export async function createFleetWorld() {
  await using made = new AsyncDisposableStack();
  const db = made.use(await createTestDatabase());
  const connection = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  const log = keptLog();
  const stop = made.move();
  return {
    db,
    log,
    connection,
    client: openCluster(connection),
    /** A fleet that follows the change feed, as an agent's does. */
    async startFleet(provider: ClusterProvider, more: Partial<FleetOptions> = {}) {
      await using started = new AsyncDisposableStack();
      const fleet = started.use(
        new ClusterFleet({
          db,
          log,
          provider,
          owner: `agent-${crypto.randomUUID()}`,
          refreshMs: 60_000,
          leaseMs: 3_000,
          retry: { firstMs: 300, maxMs: 1_000 },
          onConnected: () => {},
          ...more,
        }),
      );
      started.use(
        listen(db, {
          onChange({ table, id }) {
            if (table === "k8s_clusters") fleet.look(ClusterId.parse(id));
          },
          onResync: () => fleet.lookAtAll(),
        }),
      );
      const running = started.move();
      return { fleet, [Symbol.asyncDispose]: () => running.disposeAsync() };
    },
    async row(name: string) {
      const [row] = await db
        .select()
        .from(k8sClusters)
        .where(eq(k8sClusters.providerId, `test:${name}`));
      return row;
    },
    /** Puts a cluster to use, or out of it, as a person does. */
    async setIgnore(name: string, ignore: boolean) {
      await db
        .update(k8sClusters)
        .set({ ignore })
        .where(eq(k8sClusters.providerId, `test:${name}`));
    },
    /** A cluster that is known and in use already. */
    async inUse(name: string, more: { readonly lastSeenAt?: Date } = {}) {
      const [row] = await db
        .insert(k8sClusters)
        .values({ providerId: `test:${name}`, name, regionName: "local", ignore: false, ...more })
        .returning();
      if (row === undefined) throw new Error("no cluster");
      return row;
    },
    [Symbol.asyncDispose]: () => stop.disposeAsync(),
  };
}
