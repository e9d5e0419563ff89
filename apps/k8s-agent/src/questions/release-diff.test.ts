import { afterAll, beforeAll, expect, test } from "bun:test";
import { Forbidden, type PreviewDeployment } from "@platz/domain";
import { diffRelease } from "@platz/services";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "diff-test", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const templates = {
  "config.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {size: {{ .Values.app.size | quote }}, pin: {{ .Values.app.pin | default "none" | quote }}}
`,
  "keys.yaml": `apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {size: {{ .Values.app.size | quote }}}
`,
};

test("before an edit is made its changes to the live release are shown, without any secret, and nothing is changed", async () => {
  const { id: chartId } = await world.chartOf({ version: "1.0.0", templates });
  const { id, namespace } = await world.deploy(chartId, { size: 3 });
  await world.settled(id);
  const diff = (edit: Omit<PreviewDeployment, "id"> = {}) => diffRelease(world.maintainer, { id, ...edit });
  expect(await diff()).toEqual({ objects: [], isComplete: true });
  const { objects } = await diff({ config: { size: 8 } });
  expect(objects.map(({ kind, name, change }) => `${kind} ${name} ${change}`)).toEqual([
    "ConfigMap config changed",
    "Secret keys changed",
  ]);
  expect(objects[0]?.diff).toContain('-  size: "3"\n+  size: "8"');
  expect(objects[1]?.diff).toContain("-  size: (secret)\n+  size: (another secret)");
  expect((await world.client.listReleaseRecords({ namespace, release: namespace })).length).toBe(1);
  expect(await world.tasks(id)).toHaveLength(1);
  await expect(diff({ config: { size: "many" } })).rejects.toThrow("must be a number");
  await expect(diffRelease(world.member, { id })).rejects.toThrow(Forbidden);
});

test("a chart that cannot be rendered says so with Helm's own words", async () => {
  const { id: good } = await world.chartOf({ version: "2.0.0", templates });
  const { id: bad } = await world.chartOf({
    version: "2.1.0",
    templates: { "bad.yaml": '{{ fail "no paint" }}' },
  });
  const { id } = await world.deploy(good, { size: 3 });
  await world.settled(id);
  await expect(diffRelease(world.maintainer, { id, helmChartId: bad })).rejects.toThrow("no paint");
});
