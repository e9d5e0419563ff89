import { expect, test } from "bun:test";
import type { Json } from "@platz/domain";
import { requestDeploymentTask } from "@platz/services";
import { testActions } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "./compose.ts";
import { createAgentWorld } from "./testing/agent-world.ts";
import { spawnAgent } from "./testing/spawn-agent.ts";

const log = createLogger({ name: "agent-test", level: "fatal" });

test("an action that its chart calls idempotent is sent again, by the same key, when its answer was lost", async () => {
  await using world = await createAgentWorld();
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
  const actionsSchema: Json = testActions.map((action) => ({
    ...action,
    spec: { ...action.spec, idempotent: true },
  }));
  const { id: chartId } = await world.chartOf({ actionsSchema });
  const { id } = await world.deploy(chartId);
  {
    await using _agent = await startAgent(world.settings(), { log });
    await world.settled(id);
  }
  const operation = { kind: "InvokeAction", actionId: "paint", body: { coats: 2 } } as const;
  const task = await requestDeploymentTask(world.owner, { deploymentId: id, operation });
  const reached = { ...world, environment: { ...world.environment, ...resolve } };
  await using dying = spawnAgent(reached, { fatal: "InvokeAction:answer" });
  expect(await dying.exited).toBe(137);
  await using _next = await startAgent(world.settings(resolve), { log });
  expect((await world.settled(id)).at(-1)).toMatchObject({ status: "Done", reason: "painted", attempt: 2 });
  expect(keys).toEqual([task.id, task.id]);
  expect(await world.log(task.id)).toContain("It is sent again, by the same key.");
});
