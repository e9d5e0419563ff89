import { afterAll, beforeAll, expect, test } from "bun:test";
import { auditLog } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { ServiceContext } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { createCaller } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

function callerOf(context: ServiceContext) {
  return createCaller(apiContextOf(context, { requestId: "request-7", address: "192.0.2.7" }));
}

async function newest() {
  return (await db.select().from(auditLog)).toSorted((a, b) => b.seq - a.seq)[0];
}

test("who is refused is in the audit log: what they tried, why not, and from where", async () => {
  const { member } = world;
  await expect(callerOf(member).envs.create({ name: "mine" })).rejects.toThrow("Only a site admin");
  expect(await newest()).toMatchObject({
    actorId: member.identity.id,
    action: "envs.create",
    outcome: "Denied",
    reason: "Only a site admin may create an env.",
    requestId: "request-7",
    address: "192.0.2.7",
  });
});

test("a write to what looks absent is a denial, a look at it is not", async () => {
  const { stranger, installed } = world;
  const { id, version } = await installed();
  const api = callerOf(stranger);
  await expect(api.deployments.update({ id, version, enabled: false })).rejects.toThrow("no deployment");
  const denied = await newest();
  expect(denied).toMatchObject({ actorId: stranger.identity.id, action: "deployments.update" });
  await expect(api.deployments.get({ id })).rejects.toThrow("no deployment");
  expect(await newest()).toEqual(denied);
});
