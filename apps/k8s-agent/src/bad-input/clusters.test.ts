import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { k8sClusters } from "@platz/db/schema";
import { eq } from "drizzle-orm";
import { localProvider } from "../providers/local.ts";
import { until } from "../testing/agent-world.ts";
import { createFleetWorld, listedProvider } from "../testing/fleet-world.ts";
import { certificateUntil, expiredServer } from "../testing/odd-certificates.ts";

let world: Awaited<ReturnType<typeof createFleetWorld>>;
let folder: string;
beforeAll(async () => {
  world = await createFleetWorld();
  folder = await mkdtemp(join(tmpdir(), "bad-clusters-"));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A kubeconfig of the real cluster with its user, or its cluster, replaced. */
async function kubeconfigWith(change: (text: string) => string): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, change(await readFile(process.env["PLATZ_TEST_KUBECONFIG"] ?? "", "utf8")));
  return path;
}

const plugin = "exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/false}";

test.each<[string, (text: string) => string, string]>([
  ["that wants a plugin to be run", (text) => text.replace(/client-certificate-data: .*/, plugin), "plugin"],
  ["that is cut off in its middle", (text) => `${text.slice(0, 40)}: [`, "kubeconfig"],
])(
  "a kubeconfig %s is said to be the reason on the cluster, whose agent finds nothing",
  async (_, change, said) => {
    const { context } = world.connection;
    await world.db.delete(k8sClusters).where(eq(k8sClusters.providerId, `local:${context}`));
    await world.db
      .insert(k8sClusters)
      .values({ providerId: `local:${context}`, name: context, regionName: "local", ignore: false });
    const kubeconfig = await kubeconfigWith(change);
    await using _running = await world.startFleet(localProvider({ kubeconfig }));
    const row = await until(async () => {
      const [found] = await world.db
        .select()
        .from(k8sClusters)
        .where(eq(k8sClusters.providerId, `local:${context}`));
      return found?.isOk === false && found;
    });
    expect(row.notOkReason).toStartWith("Nothing is known of the clusters of the provider local: ");
    expect(row.notOkReason).toContain(said);
  },
);

test("a cluster whose certificate has expired, or that another authority vouches for, says so; the others work", async () => {
  await using expired = await expiredServer();
  const { cert: ca } = await certificateUntil(3_600_000);
  const name = (what: string) => `${what}-${crypto.randomUUID().slice(0, 8)}`;
  const [good, late, wrong] = [name("good"), name("late"), name("wrong")];
  const connections = {
    [good]: world.connection,
    [late]: { ...world.connection, server: expired.url, ca: expired.ca },
    [wrong]: { ...world.connection, ca },
  };
  const provider = {
    ...listedProvider(() => world.connection),
    discover: async () => ({
      blindSpots: [],
      clusters: Object.entries(connections).map(([each, connection]) => ({
        providerId: `test:${each}`,
        name: each,
        regionName: "local",
        connect: async () => connection,
      })),
    }),
  };
  for (const each of Object.keys(connections)) await world.inUse(each);
  await using running = await world.startFleet(provider);
  const reason = (each: string) =>
    until(async () => {
      const row = await world.row(each);
      return row?.isOk === false && row.notOkReason;
    });
  expect(await reason(late)).toContain("expired");
  expect(await reason(wrong)).toContain("certificate is not trusted");
  const { id } = (await world.row(good)) ?? {};
  await until(async () => running.fleet.connected().some((each) => each === id));
  expect(await world.row(good)).toMatchObject({ isOk: true });
});
