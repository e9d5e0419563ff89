import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentResourceTypes, deploymentTasks, helmCharts, helmRegistries } from "@platz/db/schema";
import type { HelmChartId, Json } from "@platz/domain";
import { readTaskLog, requestDeploymentTask } from "@platz/services";
import { testActions } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { eq, sql } from "drizzle-orm";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld, until } from "../testing/agent-world.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
let application: ReturnType<typeof Bun.serve>;
let answer: (request: Request) => Response | Promise<Response> = () => new Response("painted");
const requests: { path: string; method: string; headers: Headers; body: string }[] = [];
const stopApplication = () => application.stop(true);

beforeAll(async () => {
  world = await createAgentWorld();
  application = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname: path } = new URL(request.url);
      const headers = new Headers(request.headers);
      requests.push({ path, method: request.method, headers, body: await request.text() });
      return await answer(request);
    },
  });
  const resolve = `${world.cluster.ingressDomain}=http://127.0.0.1:${application.port}`;
  const settings = world.settings({ PLATZ_EGRESS_RESOLVE: resolve, PLATZ_ACTION_TIMEOUT: "2s" });
  agent = await startAgent(settings, { log: createLogger({ name: "operations-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await stopApplication();
  await world[Symbol.asyncDispose]();
});

async function withActions() {
  const chart = await world.chartOf({ version: "1.0.0", actionsSchema: testActions as Json });
  const deployment = await world.deploy(chart.id);
  await world.settled(deployment.id);
  const invoke = async () => {
    const operation = { kind: "InvokeAction", actionId: "paint", body: { coats: 2 } } as const;
    await requestDeploymentTask(world.owner, { deploymentId: deployment.id, operation });
    const task = (await world.settled(deployment.id)).at(-1);
    if (task === undefined) throw new Error("no task");
    return task;
  };
  return { deployment, invoke };
}

test("an action is one request with the rendered body and the task's id as its key; its answer is reason and log", async () => {
  const { deployment, invoke } = await withActions();
  answer = () => new Response('{"painted":2}');
  const task = await invoke();
  expect(task).toMatchObject({ status: "Done", reason: '{"painted":2}' });
  expect(await world.log(task.id)).toContain('{"painted":2}');
  const request = requests.at(-1);
  expect(request).toMatchObject({ path: "/paint", method: "POST", body: '{"coats":2}' });
  expect(request?.headers.get("idempotency-key")).toBe(task.id);
  expect(request?.headers.get("host")).toBe(`${deployment.namespace}.${world.cluster.ingressDomain}`);

  answer = () => new Response(`the mixer is stuck ${"x".repeat(10_000)}`, { status: 503 });
  const failed = await invoke();
  expect(failed.status).toBe("Failed");
  expect(failed.reason).toStartWith("The application answered 503: the mixer is stuck");
  expect(failed.reason?.length).toBeLessThan(2_200);

  answer = () => Response.redirect("http://169.254.169.254/latest/meta-data");
  expect((await invoke()).status).toBe("Failed");

  answer = () => new Promise(() => {});
  const hanging = await invoke();
  expect(hanging).toMatchObject({ status: "Failed", reason: "It did not end within 2 s and was stopped." });
  expect(await world.log(hanging.id)).toContain("whether it had its effect is unknown");
  // An action says nothing about the deployment's own state, however it ends.
  expect(await world.deploymentRow(deployment.id)).toMatchObject({ status: "Running", reason: null });
});

test("a registry that is away is waited for, with the reason to be seen", async () => {
  const chart = await world.chartOf({ version: "2.0.0" });
  const [registry] = await world.db
    .select()
    .from(helmRegistries)
    .where(eq(helmRegistries.id, chart.helmRegistryId));
  const at = (domainName: string) =>
    world.db.update(helmRegistries).set({ domainName }).where(eq(helmRegistries.id, chart.helmRegistryId));
  // A port on which nothing listens any more.
  const closed = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = closed;
  await closed.stop(true);
  await at(`127.0.0.1:${port}`);
  const { id } = await world.deploy(chart.id);
  const waiting = await until(async () => (await world.tasks(id)).find(({ reason }) => reason !== null));
  expect(waiting.reason).toContain("registry");
  expect(waiting.finishedAt).toBeNull();
  await at(registry?.domainName ?? "");
  const [task] = await world.settled(id);
  expect(task?.status).toBe("Done");
  expect(task?.attempt).toBeGreaterThan(1);
});

test("a registry that asks to be left alone is left alone for that long, with the reason to be seen", async () => {
  const chart = await world.chartOf({ version: "2.1.0" });
  const ofChart = eq(helmRegistries.id, chart.helmRegistryId);
  const [registry] = await world.db.select().from(helmRegistries).where(ofChart);
  let asked = 0;
  await using busy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      asked += 1;
      return new Response("", { status: 429, headers: { "retry-after": "3600" } });
    },
  });
  await world.db
    .update(helmRegistries)
    .set({ domainName: `127.0.0.1:${busy.port}` })
    .where(ofChart);
  const { id } = await world.deploy(chart.id);
  const waiting = await until(async () => (await world.tasks(id)).find(({ reason }) => reason !== null));
  expect(waiting).toMatchObject({ status: "Pending", attempt: 1 });
  expect(waiting.executeAt.getTime() - Date.now()).toBeGreaterThan(3_000_000);
  expect(asked).toBe(1);
  await world.db
    .update(helmRegistries)
    .set({ domainName: registry?.domainName ?? "" })
    .where(ofChart);
  await world.db
    .update(deploymentTasks)
    .set({ executeAt: sql`now()` })
    .where(eq(deploymentTasks.id, waiting.id));
  expect(await world.settled(id)).toMatchObject([{ status: "Done", attempt: 2 }]);
});

test.each<[string, (id: HelmChartId) => Promise<unknown>, string]>([
  [
    "is no longer in its registry",
    (id) =>
      world.db
        .update(helmCharts)
        .set({ imageDigest: `sha256:${"0".repeat(64)}` })
        .where(eq(helmCharts.id, id)),
    "has no manifest",
  ],
  [
    "has a digest that is none",
    (id) => world.db.update(helmCharts).set({ imageDigest: "latest" }).where(eq(helmCharts.id, id)),
    "was recorded without a digest",
  ],
])("a chart that %s fails its Install with a sentence, at the first attempt", async (what, spoil, said) => {
  const chart = await world.chartOf({ version: `3.0.${what.length}` });
  await spoil(chart.id);
  const { id } = await world.deploy(chart.id);
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Failed", attempt: 1 });
  expect(task?.reason).toContain(said);
});

test("no secret of a run reaches its log, its reason or the deployment's", async () => {
  const secret = "hunter2-but-longer";
  const chart = await world.chartOf({
    version: "4.0.0",
    valuesUi: {
      apiVersion: "platz.io/v1beta1",
      kind: "ValuesUi",
      inputs: [{ id: "pin", type: "text", label: "Pin", sensitive: true }],
      outputs: { values: [{ path: ["pin"], value: { FieldValue: { input: "pin" } } }] },
    },
    templates: {
      "NOTES.txt": "your pin is {{ .Values.pin }} or {{ .Values.pin | b64enc }}",
      "config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {a: b}\n",
    },
  });
  const { id } = await world.deploy(chart.id, { pin: secret });
  const [task] = await world.settled(id);
  expect(task?.status).toBe("Done");
  const text = await world.log(task?.id ?? world.nothing);
  expect(text).toContain("your pin is [redacted] or [redacted]");

  const loud = await world.chartOf({
    version: "4.1.0",
    valuesUi: chart.valuesUi ?? null,
    templates: { "bad.yaml": '{{ fail (printf "the pin %s is wrong" .Values.pin) }}' },
  });
  await world.edit(id, { helmChartId: loud.id });
  const failed = (await world.settled(id)).at(-1);
  expect(failed?.reason).toContain("the pin [redacted] is wrong");
  const row = await world.deploymentRow(id);
  expect(row?.reason).toContain("the pin [redacted] is wrong");
});

test("overrides, secrets of actions and what an earlier form called a secret reach no log, and members read none", async () => {
  const [override, earlier, pin] = ["override-secret-4711", "earlier-secret-0815", "pin-secret-1147"];
  const form = (sensitive: boolean) => ({
    inputs: [{ id: "note", type: "text", label: "Note", sensitive }],
    outputs: { values: [{ path: ["note"], value: { FieldValue: { input: "note" } } }] },
  });
  const templates = {
    "NOTES.txt": "note {{ .Values.note | default .Values.config }}, override {{ .Values.deep | toJson }}",
    "config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {a: b}\n",
  };
  const actionsSchema = JSON.parse(
    JSON.stringify(testActions)
      .replaceAll("coats", "pin")
      .replace('"type":"number","label":"Coats"', '"type":"text","label":"Pin","sensitive":true'),
  );
  const charts: HelmChartId[] = [];
  for (const valuesUi of [form(true), form(false), null]) {
    const version = `7.${charts.length}.0`;
    charts.push((await world.chartOf({ version, valuesUi, templates, actionsSchema })).id);
  }
  const [first, ...rest] = charts;
  const { id } = await world.deploy(first ?? world.chart.id, { note: earlier });
  await world.settled(id);
  for (const helmChartId of rest) {
    await world.edit(id, { helmChartId, valuesOverride: { deep: { token: override } } });
    await world.settled(id);
  }
  answer = () => new Response(`you sent ${requests.at(-1)?.body}`, { status: 400 });
  const operation = { kind: "InvokeAction", actionId: "paint", body: { pin } } as const;
  await requestDeploymentTask(world.owner, { deploymentId: id, operation });
  const tasks = await world.settled(id);
  expect(tasks.map(({ status }) => status)).toEqual(["Done", "Done", "Done", "Failed"]);
  const said = (await Promise.all(tasks.map((task) => world.log(task.id)))).join("\n");
  expect(said).toContain("note [redacted]");
  expect(`${said}${tasks.map(({ reason }) => reason).join("\n")}`).not.toMatch(/-secret-/);
  const last = tasks.at(-1)?.id ?? world.nothing;
  const read = (context: typeof world.owner) => readTaskLog(context, { id: last, afterSeq: -1, limit: 100 });
  expect((await read(world.maintainer)).chunks.length).toBeGreaterThan(0);
  expect(await read(world.member)).toMatchObject({ chunks: [], hidden: expect.any(String) });
});

test("secrets of the chart are applied before Helm runs, and go when the chart makes them no more", async () => {
  const chart = await world.chartOf({ version: "5.0.0" });
  const { id, namespace } = await world.deploy(chart.id);
  await world.settled(id);
  await world.client.applySecret({ namespace, name: "left-over", data: { a: "b" } });
  await world.edit(id, { config: { size: 4 } });
  await world.settled(id);
  expect(await world.client.listManagedSecrets(namespace)).toEqual(["platz-creds"]);
});

test("resource types of the chart are known in the env once it is installed, and follow its next version", async () => {
  const type = (label: string) => ({
    apiVersion: "platz.io/v1beta1",
    kind: "ResourceType",
    key: "bucket",
    spec: {
      name_singular: label,
      name_plural: `${label}s`,
      fontawesome_icon: "bucket",
      global: true,
      values_ui: { inputs: [], outputs: { values: [] } },
    },
  });
  const first = await world.chartOf({ version: "6.0.0", resourceTypes: [type("Bucket")] as Json });
  const { id } = await world.deploy(first.id);
  await world.settled(id);
  const known = () =>
    world.db
      .select()
      .from(deploymentResourceTypes)
      .where(eq(deploymentResourceTypes.deploymentKindId, world.kind.id));
  expect(await known()).toMatchObject([{ key: "bucket", envId: world.env.id }]);
  const second = await world.chartOf({ version: "6.1.0", resourceTypes: [type("Pail")] as Json });
  await world.edit(id, { helmChartId: second.id });
  await world.settled(id);
  const rows = await known();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows[0]?.spec)).toContain("Pail");
});
