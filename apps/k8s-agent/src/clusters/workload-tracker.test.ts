import { afterAll, beforeAll, expect, test } from "bun:test";
import { openDatabase } from "@platz/db";
import { deployments, k8sResources } from "@platz/db/schema";
import { ClusterId, type DeploymentId, K8sResourceId } from "@platz/domain";
import { type WorkloadSummary, workloadKinds } from "@platz/kubernetes";
import { createTestWorld, insertTestCluster, type TestWorld } from "@platz/services/testing";
import { and, eq } from "drizzle-orm";
import { until } from "../testing/agent-world.ts";
import { createFleetWorld, keptLog, listedProvider } from "../testing/fleet-world.ts";
import { deploymentManifest, kubeRequest } from "../testing/kube-request.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { WorkloadTracker } from "./workload-tracker.ts";

const podSecurity = { enforce: "baseline", warn: null };

let world: Awaited<ReturnType<typeof createFleetWorld>>;
let people: TestWorld;
beforeAll(async () => {
  world = await createFleetWorld();
  people = await createTestWorld(world.db);
});
afterAll(() => world[Symbol.asyncDispose]());

const kube = (method: string, path: string, body?: object) =>
  kubeRequest(world.connection, { method, path, ...(body ? { body } : {}) });
const rowsOf = (deploymentId: DeploymentId) =>
  world.db.select().from(k8sResources).where(eq(k8sResources.deploymentId, deploymentId));
const shown = async (deploymentId: DeploymentId, kind: string) =>
  (await rowsOf(deploymentId)).find((row) => row.kind === kind);

/** A namespace on the real cluster, removed at the end. */
async function namespaceOf(annotation: string) {
  const name = `tracker-${crypto.randomUUID().slice(0, 8)}`;
  await kube("POST", "/api/v1/namespaces", {
    metadata: { name, labels: { platz: "yes" }, annotations: { platz_deployment_id: annotation } },
  });
  return { name, [Symbol.asyncDispose]: () => world.client.deleteNamespace(name) };
}

/** A fleet that watches the real cluster under a name of its own, and what makes deployments there. */
async function watched(more: Parameters<typeof world.startFleet>[1] = {}) {
  const provider = listedProvider(() => world.connection);
  const name = `c-${crypto.randomUUID().slice(0, 8)}`;
  provider.listed.add(name);
  const cluster = await world.inUse(name);
  const running = await world.startFleet(provider, more);
  return {
    fleet: running.fleet,
    cluster,
    deployment: () => deploymentOn(cluster.id),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

async function deploymentOn(clusterId: ClusterId) {
  const name = `d-${crypto.randomUUID().slice(0, 8)}`;
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
  return row.id;
}

test("a workload appears with its colours, shows each change, and goes when it is deleted", async () => {
  await using agent = await watched();
  const id = await agent.deployment();
  await using namespace = await namespaceOf(id);
  await kube("POST", `/apis/apps/v1/namespaces/${namespace.name}/deployments`, deploymentManifest("web", 2));
  const row = await until(async () => {
    const found = await shown(id, "Deployment");
    return found?.statusColor.join() === "Success,Success" ? found : undefined;
  });
  expect(row).toMatchObject({ name: "web", apiVersion: "apps/v1", clusterId: agent.cluster.id });
  const path = `/apis/apps/v1/namespaces/${namespace.name}/deployments/web`;
  await kube("PATCH", path, { spec: { replicas: 1 } });
  await until(async () => (await shown(id, "Deployment"))?.statusColor.join() === "Success");
  await kube("DELETE", path);
  await until(async () => (await rowsOf(id)).length === 0);
});

test("garbage annotations, unknown deployments and those of another cluster show nothing and harm nothing", async () => {
  await using agent = await watched();
  const elsewhere = await deploymentOn((await insertTestCluster(world.db, null)).id);
  const id = await agent.deployment();
  for (const annotation of ["{{garbage}}", "", crypto.randomUUID(), elsewhere, id]) {
    const namespace = await namespaceOf(annotation);
    cleanUp.push(namespace);
    const path = `/apis/apps/v1/namespaces/${namespace.name}/deployments`;
    await kube("POST", path, deploymentManifest("web", 1));
  }
  await until(async () => shown(id, "Deployment"));
  expect(await rowsOf(elsewhere)).toEqual([]);
});
const cleanUp: AsyncDisposable[] = [];
afterAll(() => Promise.all(cleanUp.map((each) => each[Symbol.asyncDispose]())));

test("a namespace that is given to another deployment takes its workloads along", async () => {
  await using agent = await watched({ leaseMs: 600 });
  const [before, after] = [await agent.deployment(), await agent.deployment()];
  await using namespace = await namespaceOf(before);
  await kube("POST", `/apis/apps/v1/namespaces/${namespace.name}/deployments`, deploymentManifest("web", 1));
  await until(async () => shown(before, "Deployment"));
  await kube("PATCH", `/api/v1/namespaces/${namespace.name}`, {
    metadata: { annotations: { platz_deployment_id: after } },
  });
  await until(async () => (await shown(after, "Deployment")) && (await rowsOf(before)).length === 0);
  await kube("PATCH", `/api/v1/namespaces/${namespace.name}`, { metadata: { labels: { platz: null } } });
  await until(async () => (await rowsOf(after)).length === 0);
});

test("a resync puts right what the watches did not tell, counts it, and counts nothing when all is well", async () => {
  await using agent = await watched({ leaseMs: 300, resyncMs: 400 });
  const id = await agent.deployment();
  await using namespace = await namespaceOf(id);
  await kube("POST", `/apis/apps/v1/namespaces/${namespace.name}/deployments`, deploymentManifest("web", 1));
  const row = await until(async () => {
    const found = await shown(id, "Deployment");
    return found?.statusColor.join() === "Success" ? found : undefined;
  });
  const compared = () => world.log.lines.filter(({ message }) => message === "workloads compared anew");
  const flatFrom = compared().length;
  // Two whole ones in a row in which nothing was wrong: what was under way has settled.
  await until(async () =>
    compared()
      .slice(flatFrom)
      .some(
        ({ fields }, index, all) =>
          fields["corrections"] === 0 && all[index + 1]?.fields["corrections"] === 0,
      ),
  );
  const ghost = K8sResourceId.parse(crypto.randomUUID());
  const count = agent.fleet.corrections;
  await world.db.update(k8sResources).set({ statusColor: [] }).where(eq(k8sResources.id, row.id));
  await world.db.insert(k8sResources).values({ ...row, id: ghost });
  await until(async () => {
    const now = await rowsOf(id);
    return now.every((each) => each.id !== ghost && each.statusColor.join() === "Success");
  });
  await until(async () => agent.fleet.corrections >= count + 2);
});

const workload = (namespace: string, annotations: Record<string, string> = {}): WorkloadSummary => {
  const name = `w-${crypto.randomUUID().slice(0, 8)}`;
  const metadata = { name, namespace, creationTimestamp: null, generation: 1, labels: {}, annotations };
  const uid = crypto.randomUUID();
  return { uid, kind: "Pod", apiVersion: "v1", namespace, name, statusColor: ["Success"], metadata };
};

/** A tracker of a cluster of its own whose one namespace is a deployment's, told what to see by the test. */
async function told(db = world.db) {
  const cluster = await insertTestCluster(world.db, null);
  const id = await deploymentOn(cluster.id);
  const log = keptLog();
  const options = { db, log, clusterId: cluster.id, gatherMs: 5, retryMs: 20, onError: () => {} };
  const tracker = new WorkloadTracker(options);
  tracker.onNamespace({ name: "ns", uid: "n1", phase: "Active", podSecurity, deploymentId: id });
  return { tracker, id, log, clusterId: cluster.id };
}

test("a row that cannot be written is told, and holds up no other", async () => {
  const { tracker, id, log } = await told();
  tracker.onWorkload(workload("ns"));
  tracker.onWorkload(workload("ns", { note: "\0" }));
  tracker.onWorkload(workload("ns"));
  await tracker.flush();
  expect(await rowsOf(id)).toHaveLength(2);
  expect(log.lines.map(({ message }) => message)).toEqual(["a workload cannot be shown"]);
});

test("a workload that shows the same as before is not written again", async () => {
  const { tracker, id } = await told();
  const one = workload("ns");
  tracker.onWorkload(one);
  await tracker.flush();
  const [first] = await rowsOf(id);
  tracker.onWorkload(structuredClone(one));
  await tracker.flush();
  expect(await rowsOf(id)).toEqual([first as NonNullable<typeof first>]);
});

test("thousands of workloads that come at once are all shown, and all swept when they are gone", async () => {
  const { tracker, id } = await told();
  for (let i = 0; i < 9_000; i++) tracker.onWorkload(workload("ns"));
  await tracker.flush();
  expect(await rowsOf(id)).toHaveLength(9_000);
  for (const kind of workloadKinds) tracker.onWorkloadsSynced(kind, new Set());
  await tracker.complete;
  expect(await rowsOf(id)).toEqual([]);
});

test("a workload that is seen before its namespace is shown as soon as that is known", async () => {
  const { tracker, id } = await told();
  tracker.onWorkload(workload("later"));
  await tracker.flush();
  expect(await rowsOf(id)).toEqual([]);
  tracker.onNamespace({ name: "later", uid: "n2", phase: "Active", podSecurity, deploymentId: id });
  await tracker.flush();
  expect(await rowsOf(id)).toHaveLength(1);
});

test("what could not be written while the database was away is written when it is back", async () => {
  const url = new URL(world.db.url);
  await using proxy = await tcpProxy(`http://${url.host}`);
  url.host = `127.0.0.1:${proxy.port}`;
  await using db = openDatabase(url.href, { max: 1, connectTimeoutSeconds: 1 });
  const { tracker, id, clusterId } = await told(Object.assign(db, { url: url.href }));
  await proxy.cut();
  const kept = workload("ns");
  tracker.onWorkload(kept);
  const gone = workload("ns");
  tracker.onWorkload(gone);
  await tracker.flush();
  tracker.onWorkloadDeleted(gone);
  expect(await rowsOf(id)).toEqual([]);
  await proxy.mend();
  const where = and(eq(k8sResources.clusterId, ClusterId.parse(clusterId)), eq(k8sResources.name, kept.name));
  await until(async () => (await world.db.select().from(k8sResources).where(where)).length === 1);
  await tracker.close();
  expect(await rowsOf(id)).toHaveLength(1);
}, 30_000);
