import { expect, test } from "bun:test";
import { deploymentTasks } from "@platz/db/schema";
import { type DeploymentId, Operation } from "@platz/domain";
import { childProcessRunner } from "@platz/helm";
import { kubeconfigYaml } from "@platz/kubernetes";
import { packageChart } from "@platz/oci";
import { cancelDeploymentTask } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";
import { gated, openGate } from "./testing/gated-chart.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

const log = createLogger({ name: "recovery-test", level: "fatal" });
const runAgent = (world: AgentWorld, more: Record<string, string> = {}) =>
  startAgent(world.settings(more), { log });

async function newest(world: AgentWorld, namespace: string) {
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  return record;
}

const pending = (world: AgentWorld, namespace: string, status: string) =>
  until(async () => (await newest(world, namespace))?.status === status);

async function lastTask(world: AgentWorld, id: DeploymentId) {
  const task = (await world.tasks(id)).at(-1);
  if (task === undefined) throw new Error("no task");
  return task;
}

test("an agent that is killed while Helm installs or upgrades leaves a pending release; the next one unlocks it, says so, and ends the task", async () => {
  await using world = await createAgentWorld();
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ templates: gated(gate) });
  const { id, namespace } = await world.deploy(chartId);
  await using first = spawnAgent(world);
  await pending(world, namespace, "pending-install");
  first.kill("SIGKILL");
  await first.exited;
  const opened = await openGate(world, gate);
  {
    await using _second = await runAgent(world);
    const [install] = await world.settled(id);
    expect(install).toMatchObject({ status: "Done", attempt: 2 });
    expect(await world.log(install?.id ?? world.nothing)).toContain(
      "Revision 1 of the release was left pending-install by a run that died.",
    );
    expect(await newest(world, namespace)).toMatchObject({ revision: 2, status: "deployed" });
  }
  await opened[Symbol.asyncDispose]();
  await world.edit(id, { config: { size: 7 } });
  await using third = spawnAgent(world);
  await pending(world, namespace, "pending-upgrade");
  third.kill("SIGKILL");
  await third.exited;
  await using _opened = await openGate(world, gate);
  await using _fourth = await runAgent(world);
  const upgrade = (await world.settled(id)).at(-1);
  expect(upgrade).toMatchObject({ status: "Done", attempt: 2 });
  expect(await newest(world, namespace)).toMatchObject({
    revision: 4,
    status: "deployed",
    labels: { "platz-task": upgrade?.id ?? "" },
  });
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: upgrade?.id ?? "" });
});

test("an agent that is paused past its lease finds its task done by another one, and changes nothing any more", async () => {
  await using world = await createAgentWorld();
  const { id: chartId } = await world.chartOf();
  const { id, namespace } = await world.deploy(chartId);
  await using paused = spawnAgent(world, { fatal: "Install:chart", signal: "SIGSTOP" });
  await until(async () => (await lastTask(world, id)).status === "Started");
  await using _second = await runAgent(world);
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Done", attempt: 2 });
  paused.kill("SIGCONT");
  await world.edit(id, { config: { size: 7 } });
  await world.settled(id);
  paused.kill("SIGTERM");
  expect(await paused.exited).toBe(0);
  expect((await world.tasks(id)).map(({ status }) => status)).toEqual(["Done", "Done"]);
  expect(await newest(world, namespace)).toMatchObject({ revision: 2, status: "deployed" });
});

test("an agent that is asked to stop while Helm runs hands its task over, and it is installed", async () => {
  await using world = await createAgentWorld();
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ templates: gated(gate) });
  const { id, namespace } = await world.deploy(chartId);
  await using first = spawnAgent(world);
  await pending(world, namespace, "pending-install");
  first.kill("SIGTERM");
  expect(await first.exited).toBe(0);
  expect(await lastTask(world, id)).toMatchObject({
    status: "Pending",
    reason: "The agent was stopped; another run goes on with it.",
  });
  await using _opened = await openGate(world, gate);
  await using _second = await runAgent(world);
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done", attempt: 2 });
});

test("a running Install that is canceled stops Helm, says so, leaves nothing locked, and the deployment can be repaired", async () => {
  await using world = await createAgentWorld();
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ templates: gated(gate) });
  const { id, namespace } = await world.deploy(chartId);
  // The heartbeat is rare: it is the hint that brings the cancel.
  await using _agent = await runAgent(world, { PLATZ_TASK_LEASE: "1m", PLATZ_TASK_HEARTBEAT: "20s" });
  await pending(world, namespace, "pending-install");
  await cancelDeploymentTask(world.owner, { id: (await lastTask(world, id)).id });
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Canceled", reason: "It was canceled while it ran." });
  expect(await world.deploymentRow(id)).toMatchObject({
    status: "Error",
    reason: "It was canceled while it ran.",
    revisionId: null,
  });
  expect((await newest(world, namespace))?.status).toBe("failed");
  await using _opened = await openGate(world, gate);
  await world.edit(id, { config: { size: 4 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", reason: null });
});

test("an Install that takes longer than it may is stopped and fails with that reason", async () => {
  await using world = await createAgentWorld();
  const { id: chartId } = await world.chartOf({ templates: gated(crypto.randomUUID()) });
  const { id, namespace } = await world.deploy(chartId);
  await using _agent = await runAgent(world, { PLATZ_HELM_TIMEOUT: "3s" });
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Failed", reason: "It did not end within 3 s and was stopped." });
  expect((await newest(world, namespace))?.status).toBe("failed");
});

const byHand = (world: AgentWorld) =>
  childProcessRunner({
    helmPath: world.environment.PLATZ_HELM_BIN,
    privateRoot: world.settings().PLATZ_AGENT_WORK_DIR,
  });

test("a release that somebody upgraded by hand is brought back to what is saved here", async () => {
  await using world = await createAgentWorld();
  const { id: chartId } = await world.chartOf();
  const { id, namespace } = await world.deploy(chartId);
  await using _agent = await runAgent(world);
  await world.settled(id);
  const chartArchive = await packageChart({ "Chart.yaml": "apiVersion: v2\nname: other\nversion: 9.9.9\n" });
  const done = await byHand(world).run({
    command: "upgrade-install",
    release: namespace,
    namespace,
    kubeconfig: kubeconfigYaml(world.connection),
    chartArchive,
    skipSchemaValidation: false,
    values: [],
  });
  expect(done.failure).toBeUndefined();
  await world.edit(id, { config: { size: 5 } });
  const task = (await world.settled(id)).at(-1);
  expect(task).toMatchObject({ status: "Done", attempt: 1 });
  expect(await newest(world, namespace)).toMatchObject({
    revision: 3,
    status: "deployed",
    labels: { "platz-task": task?.id ?? "" },
  });
});

test("somebody else's Helm run on the release is waited for, and the task says so meanwhile", async () => {
  await using world = await createAgentWorld();
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf();
  const { id, namespace } = await world.deploy(chartId);
  await using _agent = await runAgent(world, { PLATZ_TASK_ATTEMPTS_MAX: "100" });
  await world.settled(id);
  const files = Object.entries(gated(gate)).map(([name, text]) => [`templates/${name}`, text] as const);
  const chartArchive = await packageChart({
    "Chart.yaml": "apiVersion: v2\nname: other\nversion: 9.9.9\n",
    ...Object.fromEntries(files),
  });
  const running = byHand(world).run({
    command: "upgrade-install",
    release: namespace,
    namespace,
    kubeconfig: kubeconfigYaml(world.connection),
    chartArchive,
    skipSchemaValidation: false,
    values: [],
  });
  await pending(world, namespace, "pending-upgrade");
  await world.edit(id, { config: { size: 5 } });
  const waiting = await until(async () => {
    const task = await lastTask(world, id);
    return task.status === "Pending" && task.reason !== null ? task : undefined;
  });
  expect(waiting.reason).toContain(
    "Somebody else's Helm run has the release (revision 2 is pending-upgrade)",
  );
  await using _opened = await openGate(world, gate);
  expect((await running).failure).toBeUndefined();
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
  expect(await newest(world, namespace)).toMatchObject({ revision: 3, status: "deployed" });
});

test("what failed with this task's label in an earlier attempt is the work failed, not repeated", async () => {
  await using world = await createAgentWorld();
  const { id: chartId } = await world.chartOf({ templates: gated(crypto.randomUUID()) });
  const { id, namespace } = await world.deploy(chartId);
  const first = spawnAgent(world);
  await pending(world, namespace, "pending-install");
  first.kill("SIGKILL");
  await first.exited;
  // As Helm itself would have recorded it, had only the agent died before it could say so.
  const record = await newest(world, namespace);
  const secretName = record?.secretName ?? "";
  await world.client.markReleaseFailed({ namespace, secretName, description: "a hook failed" });
  await using _second = await runAgent(world);
  const [task] = await world.settled(id);
  expect(task?.status).toBe("Failed");
  expect(task?.reason).toContain("Helm failed in an earlier attempt of this task");
  expect(await newest(world, namespace)).toMatchObject({ revision: 1, status: "failed" });
});

test("an Install into a namespace that is still being deleted waits until it is gone", async () => {
  await using world = await createAgentWorld();
  const { id: chartId } = await world.chartOf({ templates: {} });
  const { id, namespace } = await world.deploy(chartId);
  await world.client.createNamespace({ name: namespace, deploymentId: id });
  await world.client.deleteNamespace(namespace);
  expect(await world.client.getNamespace(namespace)).toMatchObject({ phase: "Terminating" });
  await using _agent = await runAgent(world);
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Done", attempt: 1 });
  expect(await world.log(task?.id ?? world.nothing)).toContain(
    `Namespace ${namespace} is still being deleted: waiting until it is gone.`,
  );
});

test("a rename whose old namespace cannot be left calls off the Upgrade behind it", async () => {
  await using world = await createAgentWorld();
  const { id: chartId } = await world.chartOf();
  const { id } = await world.deploy(chartId);
  {
    await using _agent = await runAgent(world);
    await world.settled(id);
  }
  await world.edit(id, { name: `new-${crypto.randomUUID().slice(0, 8)}` });
  const [, recreate] = await world.tasks(id);
  // A cluster that no agent of this test has.
  await world.db
    .update(deploymentTasks)
    .set({
      operation: Operation.parse({ ...recreate?.operation, oldClusterId: world.otherCluster.id }),
    })
    .where(eq(deploymentTasks.id, recreate?.id ?? world.nothing));
  await using _agent = await runAgent(world, { PLATZ_TASK_ATTEMPTS_MAX: "2" });
  const tasks = await world.settled(id);
  expect(tasks.map(({ operation, status }) => [operation.kind, status])).toEqual([
    ["Install", "Done"],
    ["Recreate", "Failed"],
    ["Upgrade", "Canceled"],
  ]);
  expect(tasks[1]?.reason).toMatch(/^Given up after 2 attempts: The cluster .* is not connected/);
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Error" });
});
