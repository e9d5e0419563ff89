import { afterAll, beforeAll, expect, test } from "bun:test";
import { parseChart } from "@platz/chart-ext";
import type { Json } from "@platz/domain";
import { createLogger } from "@platz/telemetry";
import { z } from "zod";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld } from "./testing/agent-world.ts";
import { openCanary } from "./testing/canary.ts";
import { kubeRequest } from "./testing/kube-request.ts";

let world: AgentWorld;
let agent: AsyncDisposable;
beforeAll(async () => {
  world = await createAgentWorld();
  agent = await startAgent(world.settings(), { log: createLogger({ name: "agent-test", level: "error" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: page}
data: {greeting: {{ .Values.greeting | quote }}, keys: {{ keys .Values | sortAlpha | join "," | quote }}}
`;
const schema = {
  type: "object",
  additionalProperties: false,
  required: ["greeting"],
  properties: {
    greeting: { type: "string", minLength: 1 },
    replicas: { type: "integer", maximum: 5 },
    nodeSelector: { type: "object" },
  },
};

/** The chart in the registry, with the form that discovery makes of it. */
async function discovered(version: string, files: Readonly<Record<string, string>>) {
  const chartYaml = `apiVersion: v2\nname: plain\nversion: ${version}\n`;
  const { valuesUi } = parseChart(new Map(Object.entries({ ...files, "Chart.yaml": chartYaml })));
  return await world.chartOf({
    version,
    files,
    templates: { "page.yaml": configMap },
    valuesUi: valuesUi as Json,
  });
}

async function greeted(namespace: string): Promise<unknown> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/page`;
  const answer = await kubeRequest(world.connection, { method: "GET", path });
  return z.object({ data: z.record(z.string(), z.string()) }).parse(answer).data;
}

test("a chart whose schema allows nothing but its own values is deployed by the form that the schema makes", async () => {
  const chart = await discovered("1.0.0", {
    "values.yaml": "greeting: Hello\nreplicas: 1\n",
    "values.schema.json": JSON.stringify(schema),
  });
  await expect(world.deploy(chart.id, { greeting: "", replicas: 9 })).rejects.toThrow(
    "Greeting must have at least 1 characters",
  );
  const { id, namespace } = await world.deploy(chart.id, { greeting: "Good day" });
  expect(await world.settled(id)).toMatchObject([{ status: "Done" }]);
  expect(await greeted(namespace)).toEqual({ greeting: "Good day", keys: "greeting,nodeSelector,replicas" });
});

test("a chart with nothing but values is deployed with those of its values.yaml that somebody changed", async () => {
  const chart = await discovered("2.0.0", { "values.yaml": "greeting: Hello\nreplicas: 1\n" });
  const { id, namespace } = await world.deploy(chart.id, { greeting: "Good night", more: true });
  expect(await world.settled(id)).toMatchObject([{ status: "Done" }]);
  expect(await greeted(namespace)).toEqual({
    greeting: "Good night",
    keys: "greeting,ingress,more,nodeSelector,platz,replicas,shira,tolerations",
  });
});

test("a chart whose schema leads outside is deployed without asking anybody, and the task's log says where it leads", async () => {
  await using canary = await openCanary();
  const chart = await discovered("3.0.0", {
    "values.yaml": "greeting: Hello\n",
    "values.schema.json": JSON.stringify({
      properties: { greeting: { $ref: `${canary.url}/greeting.json` } },
    }),
  });
  const { id, namespace } = await world.deploy(chart.id, { greeting: "Good morning" });
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Done" });
  expect(await greeted(namespace)).toMatchObject({ greeting: "Good morning" });
  expect(await world.log(task?.id ?? world.nothing)).toContain(
    `Platz warns: values.schema.json:1: properties.greeting.$ref: refers to ${canary.url}/greeting.json`,
  );
  expect(canary.asked()).toEqual([]);
});
