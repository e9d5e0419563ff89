import { afterAll, beforeAll, expect, test } from "bun:test";
import { type AgentWorld, createAgentWorld } from "../apps/k8s-agent/src/testing/agent-world.ts";
import { createClient } from "../packages/client/src/index.ts";
import { createUserToken } from "../packages/services/src/index.ts";
import { traceCollector } from "../packages/telemetry/src/testing/trace-collector.ts";
import { spawnProcess } from "./testing/spawn-process.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const traceId = "c".repeat(32);
const parent = "d".repeat(16);

/** Deploys a chart through an API and an agent that run as processes, stops both, and gives the task of it. */
async function deployThrough(env: Record<string, string>) {
  const environment = { ...world.environment, ...env };
  await using api = spawnProcess("api", {
    ...environment,
    API_HOST: "127.0.0.1",
    API_PORT: "0",
    OIDC_SERVER_URL: "http://127.0.0.1:9",
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: "secret",
  });
  await using agent = spawnProcess("k8s-agent", environment);
  const { port } = await api.logged("listening");
  const url = `http://127.0.0.1:${port}`;
  await agent.logged("working");
  await fetch(`${url}/ready`);
  const wanted = { name: crypto.randomUUID(), expiresAt: null, readOnly: false, envIds: null };
  const { token } = await createUserToken(world.owner, wanted);
  const client = createClient({
    url,
    token,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set("traceparent", `00-${traceId}-${parent}-01`);
      return fetch(input, { ...init, headers });
    },
  });
  const chart = await world.chartOf({ version: `1.0.${Math.floor(performance.now())}` });
  const input = world.newDeployment({ helmChartId: chart.id, config: { size: 3 } });
  const { id } = await client.deployments.create.mutate(input);
  const [task] = await world.settled(id);
  expect([await api.stop(), await agent.stop()]).toEqual([0, 0]);
  return task;
}

test("one trace leads from a caller over the API and the task to the Helm run, and stopping sends its end", async () => {
  await using collected = traceCollector();
  const task = await deployThrough({ OTEL_EXPORTER_OTLP_ENDPOINT: collected.endpoint });
  expect(task?.status).toBe("Done");
  const path = ["POST /trpc/*", "deployments.create", "task Install", "helm upgrade-install"];
  const [request, call, run, helm] = path.map((name) =>
    collected.spans.find((span) => span.name === name && span.traceId === traceId),
  );
  expect(request?.parentSpanId).toBe(parent);
  expect(call).toMatchObject({ parentSpanId: request?.spanId });
  expect(run).toMatchObject({ parentSpanId: call?.spanId });
  expect(helm).toMatchObject({ parentSpanId: run?.spanId });
  expect(collected.spans.map(({ name }) => name)).not.toContain("GET /ready");
}, 90_000);

test("without an endpoint a task carries no trace, whatever its caller sent", async () => {
  expect(await deployThrough({})).toMatchObject({ status: "Done", traceParent: null });
}, 90_000);
