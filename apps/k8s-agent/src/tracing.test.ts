import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLogger, inSpan, startTracing } from "@platz/telemetry";
import { traceCollector } from "@platz/telemetry/testing";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld } from "./testing/agent-world.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("one trace leads from the request that asked for a task over the task to its Helm run", async () => {
  await using collected = traceCollector();
  const log = createLogger({ name: "tracing-test", level: "error" });
  {
    await using _tracing = await startTracing({ serviceName: "test", endpoint: collected.endpoint });
    await using _agent = await startAgent(world.settings(), { log });
    const chart = await world.chartOf({ version: "1.0.0", templates: {} });
    const deployment = await inSpan("request", {}, () => world.deploy(chart.id));
    const [task] = await world.settled(deployment.id);
    expect(task?.status).toBe("Done");
  }
  const [request, run, helm] = ["request", "task Install", "helm upgrade-install"].map(collected.named);
  expect(request).toBeDefined();
  expect(run).toMatchObject({ traceId: request?.traceId, parentSpanId: request?.spanId });
  expect(helm).toMatchObject({ traceId: request?.traceId, parentSpanId: run?.spanId });
  expect(run?.attributes).toContainEqual({ key: "platz.outcome", value: { stringValue: "Done" } });
}, 60_000);
