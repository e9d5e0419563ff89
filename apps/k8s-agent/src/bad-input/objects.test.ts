import { afterAll, beforeAll, expect, test } from "bun:test";
import { k8sClusters, k8sResources } from "@platz/db/schema";
import { namespaceName } from "@platz/domain";
import { createDeployment } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld, until } from "../testing/agent-world.ts";
import { deploymentManifest, kubeRequest } from "../testing/kube-request.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
let chartId: AgentWorld["chart"]["id"];
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "bad-input", level: "fatal" }) });
  chartId = (await world.chartOf()).id;
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const kube = (method: string, path: string, body?: object) =>
  kubeRequest(world.connection, { method, path, ...(body ? { body } : {}) });

/** Deploys into a namespace that is there already, annotated so, while another deployment is installed as ever. */
async function deployedInto(annotation: string | undefined) {
  const name = `n-${crypto.randomUUID().slice(0, 8)}`;
  const namespace = namespaceName(world.kind.name, name);
  const annotations = annotation === undefined ? {} : { platz_deployment_id: annotation };
  await kube("POST", "/api/v1/namespaces", {
    metadata: { name: namespace, labels: { platz: "yes" }, annotations },
  });
  const { id } = await createDeployment(world.owner, world.newDeployment({ name, helmChartId: chartId }));
  const good = await world.deploy(chartId);
  const [[task], [other]] = [await world.settled(id), await world.settled(good.id)];
  expect(other).toMatchObject({ status: "Done" });
  return { id, namespace, task };
}

test.each<[string, () => string | undefined]>([
  ["that is annotated with garbage", () => "{{garbage}}\u0007"],
  ["of another deployment", () => crypto.randomUUID()],
  ["that is nobody's", () => undefined],
])("a namespace %s is neither used nor removed, and the task says so", async (_, annotation) => {
  const { id, namespace, task } = await deployedInto(annotation());
  expect(task).toMatchObject({
    status: "Failed",
    reason: `The namespace ${namespace} exists on the cluster already and does not belong to this deployment: rename the deployment, or have the namespace removed.`,
  });
  await world.edit(id, { enabled: false });
  const left = (await world.settled(id)).at(-1);
  expect(left).toMatchObject({ operation: { kind: "Uninstall" }, status: "Done" });
  expect(left?.reason).toContain("was left as it is");
  expect(await world.client.getNamespace(namespace)).toMatchObject({ phase: "Active" });
  await world.client.deleteNamespace(namespace);
});

test("a namespace that was given to another deployment since is not upgraded into", async () => {
  const { id, namespace } = await world.deploy(chartId);
  await world.settled(id);
  const metadata = { annotations: { platz_deployment_id: crypto.randomUUID() } };
  await kube("PATCH", `/api/v1/namespaces/${namespace}`, { metadata });
  await world.edit(id, { config: { size: 4 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({
    status: "Failed",
    reason: expect.stringContaining("does not belong to this deployment"),
  });
});

const longest = "x".repeat(250_000);
const LARGEST = 2_147_483_647;

test("objects without a status, with absurd numbers and with the longest texts are shown in bounds, beside all others", async () => {
  const { id, namespace } = await world.deploy(chartId);
  await world.settled(id);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const absurd = deploymentManifest("absurd", LARGEST);
  const paused = { ...absurd, spec: { ...absurd.spec, paused: true } };
  await kube("POST", path, paused);
  await kube("PATCH", `${path}/absurd/status`, {
    status: { replicas: LARGEST, availableReplicas: LARGEST, readyReplicas: LARGEST, unavailableReplicas: 0 },
  });
  const wordy = deploymentManifest("wordy", 0);
  const texts = { note: "short", long: longest };
  await kube("POST", path, { ...wordy, metadata: { ...wordy.metadata, annotations: texts } });
  await kube("POST", `/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    ...deploymentManifest("silent", 0),
    kind: "StatefulSet",
    spec: { ...deploymentManifest("silent", 0).spec, serviceName: "silent" },
  });
  await kube("POST", path, deploymentManifest("plain", 0));

  const rows = await until(async () => {
    const found = await world.db.select().from(k8sResources).where(eq(k8sResources.deploymentId, id));
    const names = found.map(({ name }) => name);
    return ["absurd", "wordy", "silent", "plain"].every((name) => names.includes(name)) && found;
  });
  for (const row of rows) expect(JSON.stringify(row).length).toBeLessThan(10_000);
  expect(rows.find(({ name }) => name === "absurd")?.statusColor.length).toBeLessThanOrEqual(100);
  expect(rows.find(({ name }) => name === "wordy")?.metadata).toMatchObject({
    annotations: { note: "short" },
  });
  const [cluster] = await world.db.select().from(k8sClusters).where(eq(k8sClusters.id, world.cluster.id));
  expect(cluster).toMatchObject({ isOk: true });
});

test("an annotation of 1 MB is what the cluster refuses, in its own words on the task", async () => {
  const note = `apiVersion: v1
kind: ConfigMap
metadata: {name: wordy, annotations: {note: {{ repeat 1000000 "x" | quote }}}}
`;
  const chart = await world.chartOf({ version: "2.0.0", templates: { "wordy.yaml": note } });
  const [bad, good] = [await world.deploy(chart.id), await world.deploy(chartId)];
  const [[task], [other]] = [await world.settled(bad.id), await world.settled(good.id)];
  expect(task?.status).toBe("Failed");
  expect(task?.reason).toContain("Too long");
  expect(task?.reason?.length).toBeLessThan(5_000);
  expect(other).toMatchObject({ status: "Done" });
});
