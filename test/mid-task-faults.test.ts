import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentWorld, createAgentWorld, until } from "../apps/k8s-agent/src/testing/agent-world.ts";
import { gated, openGate } from "../apps/k8s-agent/src/testing/gated-chart.ts";
import { kubeRequest } from "../apps/k8s-agent/src/testing/kube-request.ts";
import { type Child, startChild } from "../scripts/local-stack/child-process.ts";
import { freePort } from "../scripts/local-stack/choose-port.ts";
import { startControlPlane } from "../scripts/local-stack/parts/control-plane.ts";
import { startPostgres } from "../scripts/local-stack/parts/postgres.ts";
import { ensureToolchain } from "../scripts/toolchain/ensure-toolchain.ts";
import { spawnProcess } from "./testing/spawn-process.ts";

// What a task stands on goes away in the middle of it, and comes back.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "platz-faults-"));
  // PostgreSQL may run as another user, who has to pass through.
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const agentOf = (world: AgentWorld) => spawnProcess("k8s-agent", world.environment);

async function newestRecord(world: AgentWorld, namespace: string) {
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  return record;
}

/** A deployment whose Install is at the point where Helm waits for the gate. */
async function installing(world: AgentWorld) {
  const gate = crypto.randomUUID();
  const { id: chartId } = await world.chartOf({ templates: gated(gate) });
  const deployment = await world.deploy(chartId);
  const { namespace } = deployment;
  await until(async () => (await newestRecord(world, namespace))?.status === "pending-install");
  return { ...deployment, gate };
}

/** That the only task ended as Done, at this attempt, and that this is true. */
async function expectDoneOnce(world: AgentWorld, { id, namespace }: Awaited<ReturnType<typeof installing>>) {
  const [task, ...others] = await world.settled(id);
  expect(others).toEqual([]);
  expect(task).toMatchObject({ status: "Done" });
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: task?.id ?? "" });
  const records = await world.client.listReleaseRecords({ namespace, release: namespace });
  expect(records[0]).toMatchObject({ status: "deployed", labels: { "platz-task": task?.id ?? "" } });
  expect(records.filter(({ status }) => status === "deployed")).toHaveLength(1);
  return task;
}

/** A PostgreSQL of the test's own, which can be stopped as an upgrade of it does. */
async function ownPostgres() {
  const options = {
    folder: join(folder, crypto.randomUUID()),
    logFolder: folder,
    port: await freePort(),
    password: crypto.randomUUID(),
  };
  let running = await startPostgres(options);
  return {
    url: running.url,
    stop: () => running[Symbol.asyncDispose](),
    async start() {
      running = await startPostgres(options);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

test("PostgreSQL restarts in the middle of an Install, for shorter than a lease: it goes on where it is, and is Done once", async () => {
  await using postgres = await ownPostgres();
  await using world = await createAgentWorld({ PLATZ_TASK_LEASE: "60s" }, { databaseUrl: postgres.url });
  await using agent = agentOf(world);
  const deployment = await installing(world);
  await postgres.stop();
  await postgres.start();
  await using _open = await openGate(world, deployment.gate);
  expect(await expectDoneOnce(world, deployment)).toMatchObject({ attempt: 1 });
  expect(agent.exitCode).toBeNull();
}, 120_000);

test("PostgreSQL is away for longer than a lease in the middle of an Install: Helm is stopped, the next attempt is Done once", async () => {
  await using postgres = await ownPostgres();
  await using world = await createAgentWorld({}, { databaseUrl: postgres.url });
  await using agent = agentOf(world);
  const deployment = await installing(world);
  await postgres.stop();
  await agent.logged("leases could not be renewed: stopping their tasks");
  await postgres.start();
  await using _open = await openGate(world, deployment.gate);
  expect(await expectDoneOnce(world, deployment)).toMatchObject({ attempt: 2 });
  expect(agent.exitCode).toBeNull();
}, 120_000);

/** Kills a process and starts it again as it was. */
async function restarted(child: Child): Promise<Child> {
  const command = (await readFile(`/proc/${child.pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
  const [file = "", ...args] = command;
  process.kill(child.pid, "SIGKILL");
  await child.exited;
  return await startChild({ name: child.name, command: [file, ...args], logFolder: folder });
}

const begins = async () => {};
const waits = async ({ connection }: AgentWorld, namespace: string) => {
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${namespace}-hook`;
  await until(async () => await kubeRequest(connection, { method: "GET", path }).catch(() => undefined));
};

test("the API server is killed and comes back while Helm begins and while it waits: each Install is Done once", async () => {
  const tools = await ensureToolchain(() => {});
  const place = { folder: join(folder, "cluster"), logFolder: folder, tools };
  await using controlPlane = await startControlPlane(place);
  let apiServer = controlPlane.children.find(({ name }) => name === "kube-apiserver");
  // Goes after the worlds, which remove what they have made.
  await using next = new AsyncDisposableStack();
  for (const moment of [begins, waits]) {
    await using world = await createAgentWorld({}, { kubeconfig: controlPlane.kubeconfig });
    await using agent = agentOf(world);
    const deployment = await installing(world);
    await moment(world, deployment.namespace);
    if (apiServer === undefined) throw new Error("no API server");
    apiServer = next.use(await restarted(apiServer));
    await until(async () => await world.client.version(AbortSignal.timeout(1_000)).catch(() => undefined));
    await using _open = await openGate(world, deployment.gate);
    await expectDoneOnce(world, deployment);
    expect(agent.exitCode).toBeNull();
  }
}, 180_000);
