import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "./compose.ts";
import { type AgentWorld, createAgentWorld } from "./testing/agent-world.ts";

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

const features = { apiVersion: "platz.io/v1beta2", kind: "Features", spec: { task_timeout_secs: 2 } };
const endless =
  "{{ range until 100000 }}{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}{{ end }}\n";

test("a chart that takes too much memory, or comes to no end, fails its own task in a sentence, and others are deployed", async () => {
  const greedy = await world.chartOf({
    version: "1.0.0",
    templates: { "a.yaml": 'text: {{ repeat 400000000 "x" }}\n' },
  });
  const looping = await world.chartOf({ version: "2.0.0", templates: { "a.yaml": endless }, features });
  const good = await world.chartOf({ version: "3.0.0" });
  const [first, second, third] = [
    await world.deploy(greedy.id),
    await world.deploy(looping.id),
    await world.deploy(good.id),
  ];
  expect(await world.settled(third.id)).toMatchObject([{ status: "Done" }]);
  expect(await world.settled(first.id)).toMatchObject([
    {
      status: "Failed",
      reason: expect.stringContaining("took more memory than a run may have (512 MiB, PLATZ_HELM_MEMORY)"),
    },
  ]);
  expect(await world.settled(second.id)).toMatchObject([
    { status: "Failed", reason: "It did not end within 2 s and was stopped." },
  ]);
}, 60_000);
