import { afterAll, beforeAll, expect, test } from "bun:test";
import { JobHost } from "@platz/kubernetes";
import { cancelDeploymentTask } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";
import { gated, openGate } from "./testing/gated-chart.ts";
import { jobEnvironment } from "./testing/job-environment.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

// The agent with Helm as Jobs, which really run: on the node of the test run that runs pods.

const log = createLogger({ name: "job-runner-test", level: "fatal" });
const namespace = `jobs-${crypto.randomUUID().slice(0, 8)}`;
let world: AgentWorld;
let jobs: JobHost;

beforeAll(async () => {
  world = await createAgentWorld(jobEnvironment(namespace));
  jobs = new JobHost(world.connection, namespace);
  await world.client.createNamespace({ name: namespace, deploymentId: crypto.randomUUID() });
});
afterAll(async () => {
  await world.client.deleteNamespace(namespace);
  await world[Symbol.asyncDispose]();
});

const newest = async (release: string) =>
  (await world.client.listReleaseRecords({ namespace: release, release }))[0];
const becomes = (release: string, status: string) =>
  until(async () => (await newest(release))?.status === status);
const jobsOf = (task: string) => jobs.listJobs({ "platz-task": task });

test("a deployment is installed, upgraded and uninstalled by Jobs, what Helm says is in the log, and no Job is left", async () => {
  await using _agent = await startAgent(world.settings(), { log });
  const { id: chartId } = await world.chartOf({
    templates: { "NOTES.txt": "the paint is {{ .Values.app.size }} deep" },
  });
  const deployment = await world.deploy(chartId);
  const [install] = await world.settled(deployment.id);
  expect(install).toMatchObject({ status: "Done", attempt: 1 });
  expect(await world.log(install?.id ?? world.nothing)).toContain("the paint is 3 deep");
  expect(await newest(deployment.namespace)).toMatchObject({ revision: 1, status: "deployed" });
  await world.edit(deployment.id, { config: { size: 9 } });
  await world.edit(deployment.id, { enabled: false });
  const tasks = await world.settled(deployment.id);
  expect(tasks.map(({ status }) => status)).toEqual(["Done", "Done", "Done"]);
  expect(await world.client.getNamespace(deployment.namespace)).toBeNull();
  for (const { id } of tasks) expect(await jobsOf(id)).toEqual([]);
});

test("an agent that is killed while Helm runs leaves it running; the next one follows it to its end, and nothing is done twice", async () => {
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({
    version: "2.0.0",
    templates: { ...gated(gate), "NOTES.txt": "all is painted" },
  });
  const { id, namespace: release } = await world.deploy(chartId);
  await using first = spawnAgent(world);
  await becomes(release, "pending-install");
  first.kill("SIGKILL");
  await first.exited;
  await using _opened = await openGate(world, gate);
  await using _second = await startAgent(world.settings(), { log });
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Done", attempt: 2 });
  // Revision 1: it is the first Helm that has done it.
  expect(await newest(release)).toMatchObject({ revision: 1, status: "deployed" });
  const said = await world.log(task?.id ?? world.nothing);
  expect(said).toContain("Helm's run of attempt 1 goes on, and is followed:");
  expect(said.match(/all is painted/g)).toHaveLength(1);
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: task?.id ?? "" });
});

test("what Helm has ended while no agent was there is taken as it is", async () => {
  const { id: chartId } = await world.chartOf({ version: "3.0.0" });
  const { id, namespace: release } = await world.deploy(chartId);
  await using first = spawnAgent(world, { fatal: "Install:verify" });
  expect(await first.exited).toBe(137);
  await becomes(release, "deployed");
  await using _second = await startAgent(world.settings(), { log });
  expect((await world.settled(id))[0]).toMatchObject({ status: "Done", attempt: 2 });
  expect(await newest(release)).toMatchObject({ revision: 1, status: "deployed" });
});

test("a task that is canceled stops its Job, which records a failure, and the next task works", async () => {
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ version: "4.0.0", templates: gated(gate) });
  const { id, namespace: release } = await world.deploy(chartId);
  await using _agent = await startAgent(world.settings(), { log });
  await becomes(release, "pending-install");
  const [running] = await world.tasks(id);
  await cancelDeploymentTask(world.owner, { id: running?.id ?? world.nothing });
  expect((await world.settled(id))[0]?.status).toBe("Canceled");
  expect((await newest(release))?.status).toBe("failed");
  await using _opened = await openGate(world, gate);
  await world.edit(id, { config: { size: 5 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
});

test("a task that takes longer than it may stops its Job, fails with that reason, and leaves no Job", async () => {
  const { id: chartId } = await world.chartOf({ version: "4.1.0", templates: gated(crypto.randomUUID()) });
  const { id, namespace: release } = await world.deploy(chartId);
  await using _agent = await startAgent(world.settings({ PLATZ_HELM_TIMEOUT: "8s" }), { log });
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Failed", reason: "It did not end within 8 s and was stopped." });
  expect((await newest(release))?.status).toBe("failed");
  expect(await jobsOf(task?.id ?? "")).toEqual([]);
});

test("image, namespace and service account of Jobs go by their other names, too", async () => {
  const otherNames = {
    ...world.settings({ PLATZ_HELM_IMAGE: "platz.test/helm", PLATZ_SELF_NAMESPACE: namespace }),
    PLATZ_HELM_JOB_IMAGE: undefined,
    PLATZ_HELM_JOB_NAMESPACE: undefined,
    PLATZ_SELF_SERVICE_ACCOUNT_NAME: "default",
  };
  await using _agent = await startAgent(otherNames, { log });
  const { id: chartId } = await world.chartOf({ version: "4.2.0" });
  const { id } = await world.deploy(chartId);
  expect(await world.settled(id)).toMatchObject([{ status: "Done" }]);
});

test("a Job whose pod is killed fails its task, says so, and blocks nothing", async () => {
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ version: "5.0.0", templates: gated(gate) });
  const { id, namespace: release } = await world.deploy(chartId);
  await using _agent = await startAgent(world.settings(), { log });
  await becomes(release, "pending-install");
  const [running] = await world.tasks(id);
  for (const job of await jobsOf(running?.id ?? "")) await jobs.deleteJob(job.name);
  const [task] = await world.settled(id);
  expect(task?.status).toBe("Failed");
  expect((await newest(release))?.status).toBe("failed");
  await using _opened = await openGate(world, gate);
  await world.edit(id, { config: { size: 5 } });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
});

test("settings that cannot work are said by name", async () => {
  const without = { ...world.settings(), PLATZ_HELM_JOB_IMAGE: undefined };
  await expect(startAgent(without, { log })).rejects.toThrow("PLATZ_HELM_JOB_IMAGE");
  expect(() => world.settings({ PLATZ_HELM_JOB_POD: "{" })).toThrow("PLATZ_HELM_JOB_POD");
});
