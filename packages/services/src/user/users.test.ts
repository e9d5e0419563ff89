import { afterAll, beforeAll, expect, test } from "bun:test";
import { sessions, users } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Conflict, Forbidden, type UserId } from "@platz/domain";
import { eq } from "drizzle-orm";
import { openContext, type ServiceContext } from "../context.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { getUser } from "./get.ts";
import { updateUser } from "./update.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const idOf = ({ identity }: ServiceContext) => identity.id as UserId;
const userOf = (context: ServiceContext) => getUser(world.siteAdmin, idOf(context));

test("who is deactivated is signed out everywhere at once, and cannot act any more", async () => {
  const { id, version } = await userOf(world.maintainer);
  await db.insert(sessions).values({ userId: id, kind: "program", expiresAt: new Date(Date.now() + 60_000) });
  const off = await updateUser(world.siteAdmin, { id, version, isActive: false });
  expect(off).toMatchObject({ isActive: false, version: version + 1 });
  expect(await db.select().from(sessions).where(eq(sessions.userId, id))).toEqual([]);
  await expect(openContext(world.maintainer, world.maintainer.identity)).rejects.toThrow("deactivated");
  await updateUser(world.siteAdmin, { id, version: off.version, isActive: true });
  expect(await openContext(world.maintainer, world.maintainer.identity)).toBeDefined();
});

test("nobody changes their own standing, and only a site admin changes that of others", async () => {
  const { id, version } = await userOf(world.siteAdmin);
  await expect(updateUser(world.siteAdmin, { id, version, isAdmin: false })).rejects.toThrow(
    "You cannot change yourself: ask another site admin.",
  );
  const member = await userOf(world.member);
  await expect(
    updateUser(world.envAdmin, { id: member.id, version: member.version, isAdmin: true }),
  ).rejects.toThrow(Forbidden);
});

test("of two site admins who dismiss each other at once, one stays", async () => {
  await db.update(users).set({ isAdmin: false });
  const pair = [world.member, world.owner];
  for (const one of pair)
    await db
      .update(users)
      .set({ isAdmin: true })
      .where(eq(users.id, idOf(one)));
  const [first, second] = await Promise.all(pair.map((one) => openContext(one, one.identity)));
  if (!first || !second) throw new Error("no admins");
  const dismiss = async (by: ServiceContext, whom: ServiceContext) => {
    const { version } = await getUser(by, idOf(whom));
    return await updateUser(by, { id: idOf(whom), version, isAdmin: false });
  };
  const ends = await Promise.allSettled([dismiss(first, second), dismiss(second, first)]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await db.$count(users, eq(users.isAdmin, true))).toBe(1);
  const refused = ends.find((end) => end.status === "rejected");
  expect(refused?.reason).toBeInstanceOf(Conflict);
});
