import { afterAll, beforeAll, expect, test } from "bun:test";
import { envUserPermissions, users } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import type { UserId } from "@platz/domain";
import { eq } from "drizzle-orm";
import { readCaller } from "../context.ts";
import { listDeployments } from "../deployment/list.ts";
import { CallerCache, type KnownCaller } from "../identity/caller-cache.ts";
import { wholeGrant } from "../identity/credential-grant.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { EventFeed } from "./event-feed.ts";
import { FreshCache } from "./fresh-cache.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const silent = { info: () => {}, warn: () => {} };

/** A feed that hears the database, as each process has one. */
async function listeningFeed() {
  const feed = EventFeed.start({ db, log: silent });
  await new Promise<void>((resolve) => {
    const watching = feed.watch(() => {
      watching[Symbol.dispose]();
      resolve();
    });
  });
  return feed;
}

/** Resolves when the database has told of a change in one of these tables. */
const heard = (feed: EventFeed, ...tables: string[]) =>
  new Promise<void>((resolve) => {
    const watching = feed.watch((table) => {
      if (table !== undefined && !tables.includes(table)) return;
      watching[Symbol.dispose]();
      resolve();
    });
  });

test("what was read is not read again, until a change is heard of or the process forgets it", async () => {
  await using feed = await listeningFeed();
  using cache = new FreshCache<number>({ feed });
  let reads = 0;
  const read = () => cache.find("key", async () => ++reads);
  expect([await read(), await read()]).toEqual([1, 1]);
  const told = heard(feed, "users");
  await db.insert(users).values({ displayName: "X", email: "x@platz.dev" });
  await told;
  expect(await read()).toBe(2);
  cache.forget();
  expect(await read()).toBe(3);
});

test("what was being read when a change came is not remembered", async () => {
  await using feed = await listeningFeed();
  using cache = new FreshCache<string>({ feed });
  const old = Promise.withResolvers<string>();
  const reading = cache.find("key", () => old.promise);
  cache.forget();
  old.resolve("old");
  expect(await reading).toBe("old");
  expect(await cache.find("key", async () => "new")).toBe("new");
});

test("without news from the database nothing is remembered, and with it not for ever", async () => {
  let now = 0;
  const feed = { isListening: false, watch: () => ({ [Symbol.dispose]: () => {} }) };
  using cache = new FreshCache<number>({ feed, ttlMs: 1_000, now: () => now });
  let reads = 0;
  const read = () => cache.find("key", async () => ++reads);
  expect([await read(), await read()]).toEqual([1, 2]);
  feed.isListening = true;
  expect([await read(), await read()]).toEqual([3, 3]);
  now = 1_000;
  expect(await read()).toBe(4);
});

test("rights that another process takes away count as soon as the database tells of it", async () => {
  await using feed = await listeningFeed();
  using callers = new CallerCache({ feed });
  const id = world.member.identity.id as UserId;
  let lookUps = 0;
  const find = () =>
    callers.find({ kind: "access-token", token: "t" }, async (): Promise<KnownCaller> => {
      lookUps += 1;
      const caller = { identity: { kind: "User", id } as const, grant: wholeGrant, expiresAt: null };
      return await readCaller(db, caller);
    });
  expect((await find()).scope.envs).toEqual([world.env.id]);
  await find();
  expect(lookUps).toBe(1);
  const told = heard(feed, "env_user_permissions");
  await db.delete(envUserPermissions).where(eq(envUserPermissions.userId, id));
  await told;
  expect((await find()).scope.envs).toEqual([]);
});

test("the length of a list is remembered, and true again after a change", async () => {
  await using feed = await listeningFeed();
  using totals = new FreshCache<number>({ feed });
  const context = { ...world.owner, totals };
  const total = async () => (await listDeployments(context, { page: { page: 1, perPage: 1 } })).numTotal;
  await world.installed();
  await world.installed();
  totals.forget();
  expect(await total()).toBe(2);
  const told = heard(feed, "deployments");
  await world.installed();
  await told;
  expect(await total()).toBe(3);
});
