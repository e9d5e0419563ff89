import { afterAll, beforeAll, expect, test } from "bun:test";
import { deleteUserTokenRow } from "@platz/db/queries/user-tokens";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { type CallerRole, createDeployment, EventFeed, type Permission, permissions } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { createCaller } from "./app-router.ts";
import { permissionMatrix, permissionOf } from "./permission-matrix.ts";
import { calls } from "./testing/calls.ts";
import { outcomeOf } from "./testing/outcome-of.ts";
import { type Path, procedures } from "./testing/procedures.ts";
import { apiContextOfToken, type TestToken, tokenOf } from "./testing/token-callers.ts";

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

const callerOf = (world: TestWorld, token: TestToken) => createCaller(apiContextOfToken(world, token, feed));

/** For whoever has signed in themselves: no token gets through. */
const sessionOnly: ReadonlySet<string> = new Set<Path>([
  "sessions.list",
  "sessions.revoke",
  "sessions.revokeOthers",
  "userTokens.create",
]);
const refused = /^(FORBIDDEN|NOT_FOUND)$/;

test("every procedure of the API is walked, and nothing that is none", () => {
  expect(Object.keys(calls).toSorted()).toEqual(Object.keys(permissionMatrix).toSorted());
  expect(Object.keys(calls).toSorted()).toEqual(Object.keys(procedures).toSorted());
});

for (const [path, prepare] of Object.entries(calls)) {
  const permission = permissionOf(path) as Permission;
  const roles: readonly CallerRole[] = permissions[permission].roles;

  test(`${path} lets no token do more than it was made for`, async () => {
    const world = await createTestWorld(db);
    const { siteAdmin, owner, otherEnv } = world;
    const outcome = async (token: TestToken) =>
      await outcomeOf((await prepare(world))(callerOf(world, token)));
    const past = new Date(Date.now() - 1000);
    const revoked = await tokenOf(db, siteAdmin);
    await deleteUserTokenRow(db, revoked.id);
    for (const token of [revoked, await tokenOf(db, siteAdmin, { expiresAt: past })]) {
      expect(await outcome(token)).toBe(permission === "public" ? "ok" : "UNAUTHORIZED");
    }
    // For another env, a token of whoever governs everything is as a stranger is; and so is one of an owner.
    for (const one of [siteAdmin, owner]) {
      const narrowed = await outcome(await tokenOf(db, one, { envIds: [otherEnv.id] }));
      const isAllowed = roles.includes("stranger") && !sessionOnly.has(path);
      expect(narrowed).toMatch(isAllowed ? /^ok$/ : refused);
    }
    const looking = await outcome(await tokenOf(db, siteAdmin, { readOnly: true }));
    const mayLook =
      permission === "public" || (procedures[path]?._def.type !== "mutation" && !sessionOnly.has(path));
    expect(looking).toBe(mayLook ? "ok" : "FORBIDDEN");
  });
}

test("nothing that a token for one env is answered names what its owner has elsewhere", async () => {
  const world = await createTestWorld(db);
  const { siteAdmin, owner, env, otherEnv, cluster } = world;
  const { id } = await createDeployment(owner, world.newDeployment());
  for (const one of [siteAdmin, owner]) {
    const wide = await tokenOf(db, one, { envIds: [env.id] });
    const api = callerOf(world, await tokenOf(db, one, { envIds: [otherEnv.id] }));
    const answers = await Promise.allSettled([
      ...Object.entries(calls)
        .filter(([path]) => procedures[path]?._def.type === "query")
        .map(async ([, prepare]) => await (await prepare(world))(api)),
    ]);
    const told = JSON.stringify(
      answers.map((answer) => (answer.status === "fulfilled" ? answer.value : null)),
    );
    for (const secret of [env.id, cluster.id, id, wide.id]) expect(told).not.toContain(secret);
  }
});

test("a token for some envs sees and revokes itself, and no other token of its owner", async () => {
  const world = await createTestWorld(db);
  const narrow = await tokenOf(db, world.owner, { envIds: [world.env.id] });
  const whole = await tokenOf(db, world.owner);
  const api = callerOf(world, narrow);
  expect((await api.userTokens.list({})).items.map(({ id }) => id)).toEqual([narrow.id]);
  expect(await outcomeOf(api.userTokens.delete({ id: whole.id }))).toBe("NOT_FOUND");
  expect(await outcomeOf(callerOf(world, whole).me.get())).toBe("ok");
  expect(await outcomeOf(api.userTokens.delete({ id: narrow.id }))).toBe("ok");
  expect(await outcomeOf(api.me.get())).toBe("UNAUTHORIZED");
});

test("a token for some envs says of its owner what they are there, and no more", async () => {
  const world = await createTestWorld(db);
  const api = callerOf(world, await tokenOf(db, world.siteAdmin, { envIds: [world.env.id] }));
  expect(await api.me.get()).toMatchObject({ user: { isAdmin: false } });
  const owner = callerOf(world, await tokenOf(db, world.owner, { envIds: [world.otherEnv.id] }));
  expect(await owner.me.get()).toMatchObject({ envs: [] });
  const here = callerOf(world, await tokenOf(db, world.owner, { envIds: [world.env.id] }));
  expect(await here.me.get()).toMatchObject({ envs: [{ envId: world.env.id, role: "User" }] });
});
