import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import {
  type CallerRole,
  callerRoles,
  EventFeed,
  type Permission,
  permissions,
  type ServiceContext,
} from "@platz/services";
import {
  createTestWorld,
  insertTestChart,
  setLegacyTokenRights,
  type TestWorld,
  testFeatures,
} from "@platz/services/testing";
import { createCaller } from "./app-router.ts";
import { permissionOf } from "./permission-matrix.ts";
import { apiContextOf } from "./testing/api-context.ts";
import { calls } from "./testing/calls.ts";
import { outcomeOf } from "./testing/outcome-of.ts";
import { createCallerFactory, procedure, publicProcedure, router } from "./trpc.ts";

let db: TestDatabase;
let feed: EventFeed;
beforeAll(async () => {
  db = await createTestDatabase();
  feed = EventFeed.start({ db, log: { info() {}, warn() {} } });
});
afterAll(async () => {
  await feed[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

for (const [path, prepare] of Object.entries(calls)) {
  const name = permissionOf(path) as Permission;
  test(`${path} is for "${name}", and for nobody else`, async () => {
    const allowed: readonly CallerRole[] = permissions[name].roles;
    const world = await createTestWorld(db);
    const contexts = await contextsOf(world);
    for (const role of callerRoles) {
      await setLegacyTokenRights(db, world.kind.id, role === "legacy deployment");
      const call = await prepare(world);
      const outcome = await outcomeOf(call(createCaller(apiContextOf(contexts[role], { feed }))));
      if (allowed.includes(role)) expect(`${role}: ${outcome}`).toBe(`${role}: ok`);
      else if (role === "nobody") expect(outcome).toBe("UNAUTHORIZED");
      else expect(`${role}: ${outcome}`).toMatch(/: (FORBIDDEN|NOT_FOUND)$/);
    }
  });
}

test("a procedure that the matrix does not list is refused to everybody", async () => {
  const world = await createTestWorld(db);
  const hidden = router({
    secret: procedure.query(() => "told"),
    open: publicProcedure.query(() => "told"),
  });
  const caller = createCallerFactory(hidden)(apiContextOf(world.siteAdmin));
  expect(await outcomeOf(caller.secret())).toBe("FORBIDDEN");
  expect(await outcomeOf(caller.open())).toBe("FORBIDDEN");
});

test("the rights of a person who is deactivated or gone end at once", async () => {
  const world = await createTestWorld(db);
  const gone = world.as({ kind: "User", id: crypto.randomUUID() as never });
  await expect(gone).rejects.toThrow("does not exist or is deactivated");
});

async function contextsOf(world: TestWorld): Promise<Record<CallerRole, ServiceContext | undefined>> {
  const here = await world.installed();
  const needing = await needingDeployment(world);
  const there = await (await createTestWorld(db)).installed();
  const { bot, ownerBot, stranger, member, maintainer, owner, envAdmin, siteAdmin } = world;
  return {
    nobody: undefined,
    bot,
    "owner bot": ownerBot,
    stranger,
    "strange deployment": await world.as({ kind: "Deployment", id: there.id }),
    member,
    deployment: await world.as({ kind: "Deployment", id: here.id }),
    "needing deployment": await world.as({ kind: "Deployment", id: needing.id }),
    "legacy deployment": await world.as({ kind: "Deployment", id: here.id }),
    maintainer,
    owner,
    "env admin": envAdmin,
    "site admin": siteAdmin,
  };
}

/** One whose chart declares that it acts on its kind, and sees the secrets of the collection that the calls use. */
async function needingDeployment({ installed, kind }: TestWorld) {
  const needs = [
    { deployments: kind.name, access: "act", why: "It looks after them." },
    { secrets: "c", why: "It offers them." },
  ];
  const features = { ...testFeatures, spec: { ...testFeatures.spec, needs } };
  const { id: helmChartId } = await insertTestChart(db, kind.id, { features });
  return await installed({ helmChartId });
}
