import { expect, test } from "bun:test";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "./compose.ts";
import { createAgentWorld } from "./testing/agent-world.ts";

const hook = `apiVersion: batch/v1
kind: Job
metadata: {name: never, annotations: {helm.sh/hook: pre-install}}
spec:
  template:
    spec: {restartPolicy: Never, nodeSelector: {no: such-node}, containers: [{name: app, image: app}]}
`;
const features = (seconds: number) => ({
  apiVersion: "platz.io/v1beta2",
  kind: "Features",
  spec: { task_timeout_secs: seconds },
});

test.each([
  ["what its chart says", 2, {}],
  ["what the agent allows, where its chart says more", 3600, { PLATZ_HELM_TIMEOUT_MAX: "2s" }],
])("an Install may take %s", async (_what, seconds, settings) => {
  await using world = await createAgentWorld();
  const log = createLogger({ name: "agent-test", level: "fatal" });
  await using _agent = await startAgent(world.settings(settings), { log });
  const { id: chartId } = await world.chartOf({
    templates: { "hook.yaml": hook },
    features: features(seconds),
  });
  const { id } = await world.deploy(chartId);
  const [task] = await world.settled(id);
  expect(task).toMatchObject({ status: "Failed", reason: "It did not end within 2 s and was stopped." });
});
