import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld, type TestChart } from "../testing/agent-world.ts";
import { kubeRequest } from "../testing/kube-request.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
const mark = crypto.randomUUID().slice(0, 8);
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "bad-input", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const kube = (method: string, path: string, body?: object) =>
  kubeRequest(world.connection, { method, path, ...(body ? { body } : {}) });

/** Thousands of objects take their time where other work shares the cores; what takes longer than this hangs. */
const HANGS_MS = 110_000;

/** How the Install of a chart ends, while another one, asked for just after it, ends as if it were alone. */
async function installed(chart: TestChart, config?: Parameters<AgentWorld["deploy"]>[1]) {
  const { id: badId } = await world.chartOf(chart);
  const { id: goodId } = await world.chartOf({ version: `${chart.version}-good` });
  const bad = await world.deploy(badId, config);
  const good = await world.deploy(goodId);
  const [[task], [other]] = [await world.settled(bad.id, HANGS_MS), await world.settled(good.id)];
  expect(other).toMatchObject({ status: "Done" });
  if (task === undefined) throw new Error("no task");
  return { ...bad, task };
}

test("a chart that owns a cluster-wide object which somebody else has made says so", async () => {
  await using _everything = await world.grant({ preset: "everything" });
  const name = `clash-${mark}`;
  const roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
  await kube("POST", roles, { metadata: { name }, rules: [] });
  const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: ${name}}\nrules: []\n`;
  const { task, id } = await installed({ version: "1.0.0", templates: { "role.yaml": role } });
  expect(task.status).toBe("Failed");
  expect(task.reason).toContain(`ClusterRole "${name}"`);
  expect(task.reason).toContain("exists and cannot be imported into the current release");
  expect(await world.deploymentRow(id)).toMatchObject({ status: "Error", reason: task.reason });
  await kube("DELETE", `${roles}/${name}`);
});

test("a chart that brings its own kinds is installed with them, once its kind was granted that", async () => {
  await using _kinds = await world.grant({ preset: "crds" });
  const group = `g${mark}.platz.test`;
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `paints.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "paints", singular: "paint", kind: "Paint" },
      versions: [
        { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
      ],
    },
  };
  const paint = `apiVersion: ${group}/v1\nkind: Paint\nmetadata: {name: red}\n`;
  const { task, namespace } = await installed({
    version: "2.0.0",
    templates: { "paint.yaml": paint },
    files: { "crds/paint.yaml": JSON.stringify(definition) },
  });
  expect(task).toMatchObject({ status: "Done" });
  expect(await kube("GET", `/apis/${group}/v1/namespaces/${namespace}/paints/red`)).toMatchObject({
    kind: "Paint",
  });
  await kube("DELETE", `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/paints.${group}`);
});

const many = (count: number, data: string) => `{{- range until ${count} }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "many-{{ . }}"}
data: {text: ${data}}
{{- end }}
`;

test("a chart of 5,000 objects is installed, or says which of them the cluster did not take in time", async () => {
  const { task, namespace } = await installed({
    version: "3.0.0",
    templates: { "many.yaml": many(5000, "x") },
  });
  // Helm gives each object half a minute, beginning with all of them at once.
  if (task.status === "Failed") return expect(task.reason).toContain("server-side apply failed for object");
  expect(task.status).toBe("Done");
  expect(await kube("GET", `/api/v1/namespaces/${namespace}/configmaps/many-4999`)).toMatchObject({
    data: { text: "x" },
  });
});

test("a chart that makes more than a release can hold fails before anything is made", async () => {
  const templates = { "many.yaml": many(1500, "{{ randAlphaNum 1000 | quote }}") };
  const { task, namespace } = await installed({ version: "4.0.0", templates });
  expect(task.status).toBe("Failed");
  expect(task.reason).toContain("1048576");
  const { items } = (await kube("GET", `/api/v1/namespaces/${namespace}/configmaps`)) as { items: unknown[] };
  expect(items.length).toBeLessThan(10);
});

test("values that no release can hold are refused before Helm starts, with how long they are", async () => {
  const { task } = await installed(
    { version: "5.0.0", valuesUi: null, templates: {} },
    { text: "x".repeat(1024 * 1024) },
  );
  expect(task).toMatchObject({ status: "Failed", attempt: 1 });
  expect(task.reason).toMatch(/^The values have \d+ bytes, more than the 1048576 that Helm can store/);
});

/** A hook whose pod no node takes. */
const hook = `apiVersion: batch/v1
kind: Job
metadata: {name: never, annotations: {helm.sh/hook: pre-install}}
spec:
  template:
    spec: {restartPolicy: Never, nodeSelector: {no: such-node}, containers: [{name: app, image: app}]}
`;
const allowed = (seconds: number) => ({
  apiVersion: "platz.io/v1beta2",
  kind: "Features",
  spec: { task_timeout_secs: seconds },
});

test("a chart whose hook never ends is stopped when its time is over, and can be uninstalled", async () => {
  const { task, id } = await installed({
    version: "6.0.0",
    templates: { "hook.yaml": hook },
    features: allowed(2),
  });
  expect(task).toMatchObject({ status: "Failed", reason: "It did not end within 2 s and was stopped." });
  await world.edit(id, { enabled: false });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done" });
});

test("no chart may take longer than the agent allows", async () => {
  await using other = await createAgentWorld();
  const log = createLogger({ name: "bad-input", level: "fatal" });
  await using _agent = await startAgent(other.settings({ PLATZ_HELM_TIMEOUT_MAX: "2s" }), { log });
  const { id: chartId } = await other.chartOf({ templates: { "hook.yaml": hook }, features: allowed(3600) });
  const { id } = await other.deploy(chartId);
  const [task] = await other.settled(id);
  expect(task).toMatchObject({ status: "Failed", reason: "It did not end within 2 s and was stopped." });
});
