import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments } from "@platz/db/schema";
import type { ClusterId, DeploymentId } from "@platz/domain";
import { NothingChanged } from "@platz/domain";
import { type ClusterClient, openCluster } from "@platz/kubernetes";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { eq } from "drizzle-orm";
import { until } from "../testing/agent-world.ts";
import { createFleetWorld } from "../testing/fleet-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";
import { credentialsRefresher } from "./credentials-refresher.ts";
import { refreshCredentials } from "./refresh-credentials.ts";

let world: Awaited<ReturnType<typeof createFleetWorld>>;
let people: TestWorld;
const made: string[] = [];
beforeAll(async () => {
  world = await createFleetWorld();
  people = await createTestWorld(world.db);
});
afterAll(async () => {
  await Promise.all(made.map((name) => world.client.deleteNamespace(name)));
  await world[Symbol.asyncDispose]();
});

/** A deployment on a cluster of its own or another's, with a namespace unless told otherwise. */
async function deployment({ clusterId, owner }: { clusterId: ClusterId; owner?: string | null }) {
  const name = `creds-${crypto.randomUUID().slice(0, 8)}`;
  const [row] = await world.db
    .insert(deployments)
    .values({
      name,
      namespace: name,
      hostLabel: name,
      clusterId,
      kindId: people.kind.id,
      helmChartId: people.chart.id,
    })
    .returning();
  if (row === undefined) throw new Error("no deployment");
  if (owner === null) return row;
  await world.client.createNamespace({ name, deploymentId: owner ?? row.id });
  made.push(name);
  return row;
}

const clusterOf = async () => (await world.inUse(`c-${crypto.randomUUID().slice(0, 8)}`)).id;
const hasSecret = async (namespace: string) =>
  (await world.client.listManagedSecrets(namespace)).length === 1;
const credentials = async (id: DeploymentId) => ({ access_token: id });
const signal = new AbortController().signal;
const refresh = (clusterId: ClusterId, client: ClusterClient = world.client, give = credentials) =>
  refreshCredentials({ db: world.db, log: world.log, clusterId, client, signal, credentials: give });

test("every enabled deployment gets its credentials; disabled ones, and those without a namespace, are left alone", async () => {
  const clusterId = await clusterOf();
  const enabled = await deployment({ clusterId });
  const disabled = await deployment({ clusterId });
  await world.db.update(deployments).set({ enabled: false }).where(eq(deployments.id, disabled.id));
  await deployment({ clusterId, owner: null });
  expect(await refresh(clusterId)).toBe(1);
  expect(await hasSecret(enabled.namespace)).toBe(true);
  expect(await hasSecret(disabled.namespace)).toBe(false);
});

test("a namespace that is not the deployment's own never gets its credentials", async () => {
  const clusterId = await clusterOf();
  const stolen = await deployment({ clusterId, owner: crypto.randomUUID() });
  expect(await refresh(clusterId)).toBe(0);
  expect(await hasSecret(stolen.namespace)).toBe(false);
});

test("a deployment whose credentials cannot be made or written is told, and stops no other", async () => {
  const clusterId = await clusterOf();
  const all = await Promise.all([1, 2, 3].map(() => deployment({ clusterId })));
  const [unlucky] = all;
  const give = async (id: DeploymentId) => {
    if (id === unlucky?.id) throw new Error("no token today");
    return await credentials(id);
  };
  expect(await refresh(clusterId, world.client, give)).toBe(2);
  const told = world.log.lines.filter(({ fields }) => fields["deployment"] === unlucky?.id);
  expect(told.map(({ message }) => message)).toEqual([
    "the credentials of a deployment could not be refreshed",
  ]);
});

test("credentials are refreshed as soon as a cluster is connected, and again at each interval", async () => {
  const clusterId = await clusterOf();
  const { namespace } = await deployment({ clusterId });
  let given = 0;
  await using refresher = credentialsRefresher({
    db: world.db,
    log: world.log,
    intervalMs: 50,
    cluster: () => world.client,
    credentials: async () => {
      given += 1;
      return { access_token: `token ${given}` };
    },
  });
  refresher.add(clusterId);
  await until(async () => given >= 3);
  expect(await hasSecret(namespace)).toBe(true);
});

test("a cluster that is gone is not asked any more, and one that never answers holds up no other", async () => {
  const [gone, dead, good] = [await clusterOf(), await clusterOf(), await clusterOf()];
  await deployment({ clusterId: dead });
  const { namespace } = await deployment({ clusterId: good });
  // Accepts connections and never answers.
  await using silent = silentServer();
  const asked: ClusterId[] = [];
  await using refresher = credentialsRefresher({
    db: world.db,
    log: world.log,
    intervalMs: 60_000,
    cluster(id) {
      asked.push(id);
      if (id === gone) throw new NothingChanged("The cluster is not connected.");
      return id === dead ? openCluster({ ...world.connection, server: silent.url }) : world.client;
    },
    credentials,
  });
  for (const id of [dead, gone, good]) refresher.add(id);
  await until(async () => hasSecret(namespace));
  expect(asked).toEqual([dead, gone, good]);
});

function silentServer() {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return {
    url: `https://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: async () => server.stop(true),
  };
}

test("a namespace that is being deleted is left to go", async () => {
  const clusterId = await clusterOf();
  const { namespace } = await deployment({ clusterId });
  // A finalizer of a pod that nobody removes keeps the namespace Terminating.
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  await kubeRequest(world.connection, {
    method: "POST",
    path: pods,
    body: {
      metadata: { name: "stays", finalizers: ["platz.io/test"] },
      spec: { containers: [{ name: "app", image: "app" }] },
    },
  });
  await world.client.deleteNamespace(namespace);
  await until(async () => (await world.client.getNamespace(namespace))?.phase === "Terminating");
  expect(await refresh(clusterId)).toBe(0);
  await kubeRequest(world.connection, {
    method: "PATCH",
    path: `${pods}/stays`,
    body: { metadata: { finalizers: null } },
  });
});
