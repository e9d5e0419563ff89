import { afterAll, beforeAll, expect, test } from "bun:test";
import { k8sResources } from "@platz/db/schema";
import type { Json, OperationKind } from "@platz/domain";
import { type ClusterClient, loadKubeconfig, openCluster } from "@platz/kubernetes";
import { requestDeploymentTask, rollbackDeployment } from "@platz/services";
import { testActions } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "./compose.ts";
import { runners } from "./operations/index.ts";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";
import { addToSoak, type CrashSite, exceeded, LEASES, recoveryOf } from "./testing/crash-report.ts";
import { jobEnvironment } from "./testing/job-environment.ts";
import { kubeRequest } from "./testing/kube-request.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

// For each operation and each of its named steps, and both ways to run Helm: an agent kills itself (SIGKILL) exactly there,
// another one goes on.

const log = createLogger({ name: "crash-matrix", level: "fatal" });
const table: string[] = [];
afterAll(() => process.stdout.write(`${table.sort().join("\n")}\n`));

const store = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  serviceName: store
  replicas: 1
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: app, image: app}]}
`;

/** Both ways to run Helm, each with its settings. */
const jobsNamespace = `crash-jobs-${crypto.randomUUID().slice(0, 8)}`;
const waysOfHelm: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["process", {}],
  ["job", jobEnvironment(jobsNamespace)],
];
let cluster: ClusterClient;
beforeAll(async () => {
  cluster = openCluster(await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? ""));
  await cluster.createNamespace({ name: jobsNamespace, deploymentId: crypto.randomUUID() });
});
afterAll(() => cluster.deleteNamespace(jobsNamespace));

interface Crash extends CrashSite {
  readonly world: AgentWorld;
  readonly kind: OperationKind;
}

/** Has an agent run what is asked up to the step that kills it. */
async function crash({ world, kind, step }: Crash): Promise<void> {
  await using agent = spawnAgent(world, { fatal: `${kind}:${step}` });
  // 137: killed, and by itself; anything else means that the step was never reached.
  expect([kind, step, await agent.exited]).toEqual([kind, step, 137]);
}

const secondAgent = (world: AgentWorld, more: Record<string, string> = {}) =>
  startAgent(world.settings(more), { log });

/** Has another agent go on with it, and holds the two of them to their time. */
async function timed({ world, kind, step, way }: Crash, work: () => Promise<void>): Promise<void> {
  const died = new Date();
  await work();
  const recovery = await recoveryOf(world, died);
  const { claimed, seconds } = recovery;
  const times = `taken over ${claimed.toFixed(1)} s later, ended after ${(seconds - claimed).toFixed(1)} s more`;
  table.push(`${kind.padEnd(20)} Helm as ${way.padEnd(8)} killed at ${step.padEnd(10)} ${times}`);
  addToSoak({ kind, step, way, ...recovery });
  expect([kind, step, exceeded(recovery)]).toEqual([kind, step, { claim: false, end: false }]);
}

/** More agents at once starve each other's leases on a small machine. */
const AT_ONCE = 5;

/** Every step of an operation, some at the same time, each in a world of its own. */
async function eachStep(
  kind: OperationKind,
  way: string,
  run: (crash: Crash) => Promise<void>,
): Promise<void> {
  const settings = waysOfHelm.find(([name]) => name === way)?.[1] ?? {};
  const { steps } = runners[kind];
  for (let start = 0; start < steps.length; start += AT_ONCE) {
    await Promise.all(
      steps.slice(start, start + AT_ONCE).map(async (step) => {
        await using world = await createAgentWorld({ ...settings, PLATZ_TASK_LEASE: `${LEASES.task}s` });
        await run({ world, way, kind, step });
      }),
    );
  }
}

async function installed(world: AgentWorld, chart: Parameters<AgentWorld["chartOf"]>[0] = {}) {
  const { id: chartId } = await world.chartOf(chart);
  const { id, namespace } = await world.deploy(chartId);
  await using _agent = await secondAgent(world);
  await world.settled(id);
  return { id, namespace };
}

async function newestRecord(world: AgentWorld, namespace: string) {
  const [record] = await world.client.listReleaseRecords({ namespace, release: namespace });
  return record;
}

test.each(waysOfHelm)(
  "Helm as %s: an Install whose agent dies at any step is installed once, by the next one",
  async (way) => {
    await eachStep("Install", way, async (at) => {
      const { world } = at;
      const { id: chartId } = await world.chartOf();
      const { id, namespace } = await world.deploy(chartId);
      await crash(at);
      await timed(at, async () => {
        await using _second = await secondAgent(world);
        const [task] = await world.settled(id);
        expect(task).toMatchObject({ status: "Done", attempt: 2 });
        expect(await world.deploymentRow(id)).toMatchObject({
          status: "Running",
          revisionId: task?.id ?? "",
        });
        expect(await newestRecord(world, namespace)).toMatchObject({
          revision: 1,
          status: "deployed",
          labels: { "platz-task": task?.id ?? "" },
        });
      });
    });
  },
);

test.each(waysOfHelm)(
  "Helm as %s: an Upgrade whose agent dies at any step is done once, by the next one",
  async (way) => {
    await eachStep("Upgrade", way, async (at) => {
      const { world } = at;
      const { id, namespace } = await installed(world);
      await world.edit(id, { config: { size: 7 } });
      await crash(at);
      await timed(at, async () => {
        await using _second = await secondAgent(world);
        const task = (await world.settled(id)).at(-1);
        expect(task).toMatchObject({ status: "Done", attempt: 2 });
        expect(await world.deploymentRow(id)).toMatchObject({
          status: "Running",
          revisionId: task?.id ?? "",
        });
        expect(await newestRecord(world, namespace)).toMatchObject({ revision: 2, status: "deployed" });
      });
    });
  },
);

test.each(waysOfHelm)(
  "Helm as %s: a Rollback whose agent dies at any step is done once, by the next one",
  async (way) => {
    await eachStep("Rollback", way, async (at) => {
      const { world } = at;
      const { id, namespace } = await installed(world);
      await world.edit(id, { config: { size: 7 } });
      {
        await using _agent = await secondAgent(world);
        await world.settled(id);
      }
      const [install] = await world.tasks(id);
      const { version = 0 } = (await world.deploymentRow(id)) ?? {};
      await rollbackDeployment(world.owner, { id, version, toTaskId: install?.id ?? world.nothing });
      await crash(at);
      await timed(at, async () => {
        await using _second = await secondAgent(world);
        const task = (await world.settled(id)).at(-1);
        expect(task).toMatchObject({ status: "Done", attempt: 2 });
        expect(await world.deploymentRow(id)).toMatchObject({
          status: "Running",
          revisionId: task?.id ?? "",
        });
        expect(await newestRecord(world, namespace)).toMatchObject({ revision: 3, status: "deployed" });
      });
    });
  },
);

test.each(waysOfHelm)(
  "Helm as %s: a Reinstall whose agent dies at any step is done once, by the next one",
  async (way) => {
    await eachStep("Reinstall", way, async (at) => {
      const { world } = at;
      const { id, namespace } = await installed(world);
      const before = (await world.deploymentRow(id))?.revisionId;
      const operation = { kind: "Reinstall", reason: "crash" } as const;
      await requestDeploymentTask(world.owner, { deploymentId: id, operation });
      await crash(at);
      await timed(at, async () => {
        await using _second = await secondAgent(world);
        expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done", attempt: 2 });
        expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: before ?? "" });
        expect(await newestRecord(world, namespace)).toMatchObject({ revision: 2, status: "deployed" });
      });
    });
  },
);

test.each(waysOfHelm)(
  "Helm as %s: an Uninstall whose agent dies at any step leaves neither release nor namespace",
  async (way) => {
    await eachStep("Uninstall", way, async (at) => {
      const { world } = at;
      const { id, namespace } = await installed(world);
      await world.edit(id, { enabled: false });
      await crash(at);
      await timed(at, async () => {
        await using _second = await secondAgent(world);
        expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done", attempt: 2 });
        expect(await world.deploymentRow(id)).toMatchObject({ status: "Uninstalled", revisionId: null });
        expect(await world.client.getNamespace(namespace)).toBeNull();
      });
    });
  },
);

test.each(waysOfHelm)(
  "Helm as %s: a Recreate whose agent dies at any step leaves the old namespace for good, and the new one is filled",
  async (way) => {
    await eachStep("Recreate", way, async (at) => {
      const { world } = at;
      const { id, namespace } = await installed(world);
      await world.edit(id, { name: `new-${crypto.randomUUID().slice(0, 8)}` });
      await crash(at);
      await timed(at, async () => {
        await using _second = await secondAgent(world);
        const tasks = await world.settled(id);
        expect(tasks.map(({ status, attempt }) => [status, attempt])).toEqual([
          ["Done", 1],
          ["Done", 2],
          ["Done", 1],
        ]);
        expect(await world.client.getNamespace(namespace)).toBeNull();
        const moved = (await world.deploymentRow(id))?.namespace ?? "";
        expect(await newestRecord(world, moved)).toMatchObject({ revision: 1, status: "deployed" });
      });
    });
  },
);

test("a RestartK8sResource whose agent dies at any step restarts once", async () => {
  await eachStep("RestartK8sResource", "process", async (at) => {
    const { world } = at;
    const { id, namespace } = await installed(world, { templates: { "store.yaml": store } });
    const resource = await until(async () => {
      await using _agent = await secondAgent(world);
      return await until(async () =>
        (await world.db.select().from(k8sResources).where(eq(k8sResources.deploymentId, id))).find(
          ({ kind }) => kind === "StatefulSet",
        ),
      );
    });
    const operation = { kind: "RestartK8sResource", resourceId: resource.id } as const;
    await requestDeploymentTask(world.owner, { deploymentId: id, operation });
    await crash(at);
    await timed(at, async () => {
      await using _second = await secondAgent(world);
      expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done", attempt: 2 });
      const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/store`;
      const workload = await kubeRequest(world.connection, { method: "GET", path });
      // The second generation is the one restart; a second restart would make a third.
      expect(workload).toMatchObject({ metadata: { generation: 2 } });
    });
  });
});

test("an InvokeAction whose agent dies before it is sent is sent once; after that it is never sent again", async () => {
  await eachStep("InvokeAction", "process", async (at) => {
    const { world, step } = at;
    const keys: (string | null)[] = [];
    using application = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch(request) {
        keys.push(request.headers.get("idempotency-key"));
        return new Response("painted");
      },
    });
    const resolve = {
      PLATZ_EGRESS_RESOLVE: `${world.cluster.ingressDomain}=http://127.0.0.1:${application.port}`,
    };
    const { id } = await installed(world, { actionsSchema: testActions as Json });
    const operation = { kind: "InvokeAction", actionId: "paint", body: { coats: 2 } } as const;
    const task = await requestDeploymentTask(world.owner, { deploymentId: id, operation });
    await crash({ ...at, world: { ...world, environment: { ...world.environment, ...resolve } } });
    const sent = keys.length;
    await timed(at, async () => {
      await using _second = await secondAgent(world, resolve);
      const end = (await world.settled(id)).at(-1);
      if (step === "prepare") {
        expect(end).toMatchObject({ status: "Done", reason: "painted" });
        expect(keys).toEqual([task.id]);
        return;
      }
      expect(end?.status).toBe("Failed");
      expect(end?.reason).toContain("its outcome is unknown, and it was not repeated");
      expect(keys.length).toBe(sent);
      // What never touched the deployment's status says nothing about it when it fails.
      expect(await world.deploymentRow(id)).toMatchObject({ status: "Running" });
    });
  });
});
