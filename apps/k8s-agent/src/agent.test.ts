import { afterAll, beforeAll, expect, test } from "bun:test";
import { k8sResources } from "@platz/db/schema";
import { deleteDeployment, requestDeploymentTask } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
const log = createLogger({ name: "agent-test", level: "error" });

beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const store = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  serviceName: store
  replicas: 2
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: app, image: app}]}
`;

test("an install ends as Done with the release there, its workloads shown, and what it said in the log", async () => {
  const chart = await world.chartOf({ version: "1.0.0", templates: { "store.yaml": store } });
  const deployment = await world.deploy(chart.id);
  const [task] = await world.settled(deployment.id);
  expect(task).toMatchObject({ status: "Done", attempt: 1, reason: "1.0.0 is installed." });
  expect(await world.deploymentRow(deployment.id)).toMatchObject({
    status: "Running",
    revisionId: task?.id ?? "",
  });
  const [record] = await world.client.listReleaseRecords({
    namespace: deployment.namespace,
    release: deployment.namespace,
  });
  expect(record).toMatchObject({ status: "deployed", revision: 1, labels: { "platz-task": task?.id ?? "" } });
  expect(await world.client.listManagedSecrets(deployment.namespace)).toEqual(["platz-creds"]);
  const shown = await until(async () => {
    const rows = await world.db
      .select()
      .from(k8sResources)
      .where(eq(k8sResources.deploymentId, deployment.id));
    return rows.find(
      ({ kind, statusColor }) => kind === "StatefulSet" && statusColor.join() === "Success,Success",
    );
  });
  expect(shown).toMatchObject({ name: "store", clusterId: world.cluster.id, apiVersion: "apps/v1" });

  const restart = await requestDeploymentTask(world.owner, {
    deploymentId: deployment.id,
    operation: { kind: "RestartK8sResource", resourceId: shown.id },
  });
  const tasks = await world.settled(deployment.id);
  expect(tasks.at(-1)).toMatchObject({
    id: restart.id,
    status: "Done",
    reason: "StatefulSet store: all 2 pods are new and ready.",
  });
  expect(await world.log(restart.id)).toContain("StatefulSet store: all 2 pods are new and ready");
});

test("an upgrade replaces the revision; one that cannot be rendered fails with Helm's own message and can be repaired", async () => {
  const good = await world.chartOf({ version: "1.1.0" });
  const broken = await world.chartOf({
    version: "1.2.0",
    templates: { "bad.yaml": '{{ fail "the mixer is out of paint" }}' },
  });
  const { id, namespace } = await world.deploy(good.id);
  const [install] = await world.settled(id);
  await world.edit(id, { helmChartId: broken.id });
  const failed = (await world.settled(id)).at(-1);
  expect(failed?.status).toBe("Failed");
  expect(failed?.reason).toContain("the mixer is out of paint");
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Error", revisionId: install?.id ?? "" });
  await world.edit(id, { helmChartId: good.id, config: { size: 7 } });
  const repaired = (await world.settled(id)).at(-1);
  expect(repaired).toMatchObject({ status: "Done" });
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: repaired?.id ?? "" });
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  expect(record).toMatchObject({ status: "deployed", labels: { "platz-task": repaired?.id ?? "" } });
});

test("disabling uninstalls until the namespace is really gone; enabling installs again; deleting leaves nothing", async () => {
  const chart = await world.chartOf({ version: "1.3.0" });
  const { id, namespace } = await world.deploy(chart.id);
  await world.settled(id);
  await world.edit(id, { enabled: false });
  await world.settled(id);
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Uninstalled", revisionId: null });
  expect(await world.client.getNamespace(namespace)).toBeNull();
  await world.edit(id, { enabled: true });
  await world.settled(id);
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Running" });
  await deleteDeployment(world.owner, id);
  await until(async () => (await world.deploymentRow(id)) === undefined);
  expect(await world.client.getNamespace(namespace)).toBeNull();
});

test("a rename leaves the old namespace for good and fills the new one", async () => {
  const chart = await world.chartOf({ version: "1.4.0" });
  const { id, namespace } = await world.deploy(chart.id);
  await world.settled(id);
  await world.edit(id, { name: `renamed-${crypto.randomUUID().slice(0, 4)}` });
  const tasks = await world.settled(id);
  expect(tasks.map(({ operation, status }) => [operation.kind, status])).toEqual([
    ["Install", "Done"],
    ["Recreate", "Done"],
    ["Upgrade", "Done"],
  ]);
  expect(await world.client.getNamespace(namespace)).toBeNull();
  const row = await world.deploymentRow(id);
  expect(await world.client.getNamespace(row?.namespace ?? "")).toMatchObject({ deploymentId: id });
});

test("a namespace that belongs to somebody else is never touched, and the task says so", async () => {
  const chart = await world.chartOf({ version: "1.5.0" });
  const name = `d-${crypto.randomUUID().slice(0, 8)}`;
  const namespace = `${world.kind.name.toLowerCase()}-${name}`;
  await world.client.createNamespace({ name: namespace, deploymentId: crypto.randomUUID() });
  const { createDeployment } = await import("@platz/services");
  const { id } = await createDeployment(
    world.owner,
    world.newDeployment({ name, helmChartId: chart.id, config: { size: 1 } }),
  );
  const [task] = await world.settled(id);
  expect(task?.status).toBe("Failed");
  expect(task?.reason).toContain(`The namespace ${namespace} exists on the cluster already`);
  await deleteDeployment(world.owner, id);
  await until(async () => (await world.deploymentRow(id)) === undefined);
  expect(await world.client.getNamespace(namespace)).toMatchObject({ phase: "Active" });
  await world.client.deleteNamespace(namespace);
});
