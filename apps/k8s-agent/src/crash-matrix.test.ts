import { afterAll, expect, test } from "bun:test";
import { k8sResources } from "@platz/db/schema";
import type { Json, OperationKind } from "@platz/domain";
import { requestDeploymentTask } from "@platz/services";
import { testActions } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { startAgent } from "./compose.ts";
import { runners } from "./operations/index.ts";
import { type AgentWorld, createAgentWorld, until } from "./testing/agent-world.ts";
import { kubeRequest } from "./testing/kube-request.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

// For each operation and each of its named steps: an agent kills itself (SIGKILL) exactly there, another one goes on.

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

interface Crash {
  readonly world: AgentWorld;
  readonly kind: OperationKind;
  readonly step: string;
}

/** Has an agent run what is asked up to the step that kills it, and another one to the end. Gives the seconds between. */
async function crash({ world, kind, step }: Crash): Promise<void> {
  await using agent = spawnAgent(world, { fatal: `${kind}:${step}` });
  // 137: killed, and by itself; anything else means that the step was never reached.
  expect([kind, step, await agent.exited]).toEqual([kind, step, 137]);
}

const secondAgent = (world: AgentWorld, more: Record<string, string> = {}) =>
  startAgent(world.settings(more), { log });

async function timed(what: { kind: OperationKind; step: string }, work: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  await work();
  table.push(
    `${what.kind.padEnd(20)} killed at ${what.step.padEnd(10)} ended ${Math.round((performance.now() - begun) / 100) / 10} s later`,
  );
}

/** Every step of an operation at the same time, each in a world of its own. */
async function eachStep(kind: OperationKind, run: (crash: Crash) => Promise<void>): Promise<void> {
  const steps = runners[kind].steps;
  await Promise.all(
    steps.map(async (step) => {
      await using world = await createAgentWorld();
      await run({ world, kind, step });
    }),
  );
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

test("an Install whose agent dies at any step is installed once, by the next one", async () => {
  await eachStep("Install", async (at) => {
    const { world } = at;
    const { id: chartId } = await world.chartOf();
    const { id, namespace } = await world.deploy(chartId);
    await crash(at);
    await timed(at, async () => {
      await using _second = await secondAgent(world);
      const [task] = await world.settled(id);
      expect(task).toMatchObject({ status: "Done", attempt: 2 });
      expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: task?.id ?? "" });
      expect(await newestRecord(world, namespace)).toMatchObject({
        revision: 1,
        status: "deployed",
        labels: { "platz-task": task?.id ?? "" },
      });
    });
  });
});

test("an Upgrade whose agent dies at any step is done once, by the next one", async () => {
  await eachStep("Upgrade", async (at) => {
    const { world } = at;
    const { id, namespace } = await installed(world);
    await world.edit(id, { config: { size: 7 } });
    await crash(at);
    await timed(at, async () => {
      await using _second = await secondAgent(world);
      const task = (await world.settled(id)).at(-1);
      expect(task).toMatchObject({ status: "Done", attempt: 2 });
      expect(await world.deploymentRow(id)).toMatchObject({ status: "Running", revisionId: task?.id ?? "" });
      expect(await newestRecord(world, namespace)).toMatchObject({ revision: 2, status: "deployed" });
    });
  });
});

test("an Uninstall whose agent dies at any step leaves neither release nor namespace", async () => {
  await eachStep("Uninstall", async (at) => {
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
});

test("a Recreate whose agent dies at any step leaves the old namespace for good, and the new one is filled", async () => {
  await eachStep("Recreate", async (at) => {
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
});

test("a RestartK8sResource whose agent dies at any step restarts once", async () => {
  await eachStep("RestartK8sResource", async (at) => {
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
  await eachStep("InvokeAction", async (at) => {
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
