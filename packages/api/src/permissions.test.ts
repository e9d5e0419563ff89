import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { EventFeed, type ServiceContext } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { TRPCError } from "@trpc/server";
import { appRouter, createCaller } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";
import { type CallerName, callers, permissionTable } from "./testing/permission-table.ts";

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

/** At run time tRPC keeps procedures by their whole path; its types keep them nested. */
const procedures = appRouter._def.procedures as unknown as Readonly<
  Record<string, { readonly _def: { readonly meta?: { readonly permission: string } } }>
>;

test("every procedure names its permission, and stands in this table", () => {
  expect(Object.keys(procedures).sort()).toEqual(Object.keys(permissionTable).sort());
  for (const [path, procedure] of Object.entries(procedures)) {
    expect(`${path}: ${typeof procedure._def.meta?.permission}`).toBe(`${path}: string`);
  }
});

for (const [path, { allowed, prepare }] of Object.entries(permissionTable)) {
  test(`${path} is for ${allowed.length === callers.length ? "everybody" : allowed.join(", ")}`, async () => {
    const world = await createTestWorld(db);
    const contexts = await contextsOf(world);
    for (const name of callers) {
      const call = await prepare(world);
      const outcome = await outcomeOf(call(createCaller(apiContextOf(contexts[name], { feed }))));
      if (allowed.includes(name)) expect(`${name}: ${outcome}`).toBe(`${name}: ok`);
      else if (name === "nobody") expect(outcome).toBe("UNAUTHORIZED");
      else expect(`${name}: ${outcome}`).toMatch(/: (FORBIDDEN|NOT_FOUND)$/);
    }
  });
}

test("the rights of a person who is deactivated or gone end at once", async () => {
  const world = await createTestWorld(db);
  const gone = world.as({ kind: "User", id: crypto.randomUUID() as never });
  await expect(gone).rejects.toThrow("does not exist or is deactivated");
});

async function contextsOf(world: TestWorld): Promise<Record<CallerName, ServiceContext | undefined>> {
  const here = await world.installed();
  const there = await (await createTestWorld(db)).installed();
  const { bot, stranger, member, maintainer, owner, envAdmin, siteAdmin } = world;
  return {
    nobody: undefined,
    bot,
    stranger,
    "strange deployment": await world.as({ kind: "Deployment", id: there.id }),
    member,
    deployment: await world.as({ kind: "Deployment", id: here.id }),
    maintainer,
    owner,
    envAdmin,
    siteAdmin,
  };
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    return error instanceof TRPCError ? error.code : String(error);
  }
}
