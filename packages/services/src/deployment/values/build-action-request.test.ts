import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { DeploymentTask, Json, OperationOf } from "@platz/domain";
import { requestDeploymentTask } from "../../deployment-task/request.ts";
import { createTestWorld, type TestWorld } from "../../testing.ts";
import { buildActionRequest } from "./build-action-request.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

async function requested(actionId: string, body: Json) {
  const { id: deploymentId } = await world.installed({ name: `n${crypto.randomUUID().slice(0, 6)}` });
  const operation = { kind: "InvokeAction", actionId, body } as const;
  const task = await requestDeploymentTask(world.owner, { deploymentId, operation });
  return task as DeploymentTask & { operation: OperationOf<"InvokeAction"> };
}

test("an action with a form is sent what its outputs make of the inputs", async () => {
  const task = await requested("paint", { coats: 2 });
  expect(await buildActionRequest(world, task)).toMatchObject({
    host: `${task.namespace}.${world.cluster.ingressDomain}`,
    path: "/paint",
    body: { coats: 2 },
    action: { method: "POST" },
    confidential: [],
  });
});

test("an action without a form is sent what the person sent", async () => {
  const task = await requested("wipe", { any: ["thing", 1] });
  expect(await buildActionRequest(world, task)).toMatchObject({ path: "/wipe", body: { any: ["thing", 1] } });
});
