import { afterAll, beforeAll, expect, test } from "bun:test";
import { openDatabase } from "@platz/db";
import { listRowEvents, placeRowEvents } from "@platz/db/queries/row-events";
import { deployments, envs, envUserPermissions, k8sClusters, rowEvents } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { eq, sql } from "drizzle-orm";
import type { ServiceContext } from "../context.ts";
import { createEnvUserPermission } from "../env-user-permission/create.ts";
import { createSecret } from "../secret/create.ts";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { EventFeed } from "./event-feed.ts";
import { type Following, followChanges, type PositionedMessage } from "./follow-changes.ts";

let db: TestDatabase;
let world: TestWorld;
let feed: EventFeed;
const log = { info() {}, warn() {} };
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  feed = EventFeed.start({ db, log });
});
afterAll(async () => {
  await feed[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

/** A follower of the feed, told what it was told one by one. */
function follow(context: ServiceContext, more: Partial<Following> = {}) {
  const stop = new AbortController();
  const messages = followChanges(context, {
    feed,
    revalidate: () => world.as(context.identity),
    signal: stop.signal,
    ...more,
  });
  return {
    async next(): Promise<PositionedMessage> {
      const { value } = await messages.next();
      if (!value) throw new Error("the stream ended");
      return value;
    },
    /** What comes until a change of this row, that one included. */
    async until(id: string): Promise<PositionedMessage[]> {
      const told: PositionedMessage[] = [];
      for (;;) {
        const message = await this.next();
        told.push(message);
        if (message.message.type === "change" && message.message.id === id) return told;
      }
    },
    [Symbol.dispose]: () => stop.abort(),
  };
}

async function newSecret(context = world.envAdmin, envId = world.env.id) {
  return await createSecret(context, { envId, collection: "c", name: crypto.randomUUID(), contents: "x" });
}

const idsOf = (told: readonly PositionedMessage[]) =>
  told.flatMap(({ message }) => (message.type === "change" ? [message.id] : []));

test("a change reaches those who may see the row, with its id and version and nothing else", async () => {
  using reader = follow(world.member);
  expect((await reader.next()).message).toEqual({ type: "ready" });
  const { id } = await newSecret();
  expect((await reader.next()).message).toEqual({
    type: "change",
    table: "secrets",
    operation: "INSERT",
    id: id as string,
    version: 1,
    envIds: [world.env.id],
  });
});

test("nobody hears of an env that they do not see", async () => {
  using stranger = follow(world.stranger);
  await stranger.next();
  await newSecret();
  const { id } = await newSecret(world.stranger, world.otherEnv.id);
  expect(idsOf(await stranger.until(id))).toEqual([id]);
});

test("a follower may ask for some kinds of rows and some envs only", async () => {
  using reader = follow(world.siteAdmin, { tables: ["secrets"], envIds: [world.env.id] });
  await reader.next();
  await newSecret(world.stranger, world.otherEnv.id);
  await db.update(envs).set({ autoAddNewUsers: true }).where(eq(envs.id, world.env.id));
  const { id } = await newSecret();
  expect(idsOf(await reader.until(id))).toEqual([id]);
});

test("a row that moves is told to those of the old env and of the new one", async () => {
  const { id } = await world.installed();
  using here = follow(world.member, { tables: ["deployments"] });
  using there = follow(world.stranger, { tables: ["deployments"] });
  await Promise.all([here.next(), there.next()]);
  await db.update(deployments).set({ clusterId: world.otherCluster.id }).where(eq(deployments.id, id));
  expect((await here.next()).message).toMatchObject({ id, operation: "UPDATE", envIds: [world.env.id] });
  expect((await there.next()).message).toMatchObject({ id, envIds: [world.otherEnv.id] });
});

test("who comes back with the last id misses nothing and hears nothing twice, also from another process", async () => {
  const ids: string[] = [];
  let after: number;
  {
    using reader = follow(world.member);
    await reader.next();
    ids.push((await newSecret()).id);
    after = (await reader.until(ids[0] as string)).at(-1)?.position ?? 0;
  }
  for (let i = 0; i < 5; i += 1) ids.push((await newSecret()).id);
  await using restarted = EventFeed.start({ db, log });
  using again = follow(world.member, { after, feed: restarted });
  expect(idsOf(await again.until(ids.at(-1) as string))).toEqual(ids.slice(1));
});

test("changes committed out of the order in which they began are all heard, in one order by all", async () => {
  using reader = follow(world.siteAdmin, { tables: ["secrets"] });
  await reader.next();
  const late = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const insert = (more: TestDatabase | Parameters<Parameters<TestDatabase["transaction"]>[0]>[0]) =>
    more.execute<{ id: string }>(
      sql`insert into secrets (env_id, collection, name, contents)
          values (${world.env.id}, 'c', ${crypto.randomUUID()}, 'x') returning id`,
      "objects",
    );
  const slow = db.transaction(async (tx) => {
    const [row] = await insert(tx);
    begun.resolve();
    await late.promise;
    return row?.id as string;
  });
  await begun.promise;
  const [fast] = await insert(db);
  expect(idsOf(await reader.until(fast?.id as string))).toEqual([fast?.id as string]);
  late.resolve();
  const slowId = await slow;
  expect(idsOf(await reader.until(slowId))).toEqual([slowId]);
});

test("of several processes that give positions at once none gives one twice, and none is left without", async () => {
  await Promise.all(Array.from({ length: 40 }, () => newSecret()));
  await Promise.all(Array.from({ length: 16 }, () => placeRowEvents(db)));
  while ((await placeRowEvents(db)) !== "all");
  const [left] = await db.execute<{ left: number; positions: number; events: number }>(
    sql`select count(*) filter (where position is null)::int as left,
          count(distinct position)::int as positions, count(*)::int as events from row_events`,
    "objects",
  );
  expect(left?.left).toBe(0);
  expect(left?.positions).toBe(left?.events as number);
});

test("who loses an env on an open stream is told to read anew, and hears no more of it", async () => {
  const leaver = await world.addMember(world.env.id, "User");
  using reader = follow(leaver);
  await reader.next();
  await db.delete(envUserPermissions).where(eq(envUserPermissions.userId, leaver.identity.id as never));
  expect((await reader.next()).message).toEqual({ type: "resync", reason: "rights changed" });
  await newSecret();
  const envId = world.otherEnv.id;
  await createEnvUserPermission(world.stranger, {
    envId,
    userId: leaver.identity.id as never,
    role: "User",
  });
  expect((await reader.next()).message).toEqual({ type: "resync", reason: "rights changed" });
  const { id } = await newSecret(world.stranger, envId);
  expect(idsOf(await reader.until(id))).toEqual([id]);
});

test("the stream of somebody who is deactivated ends with an error", async () => {
  const person = await world.addMember(world.env.id, "User");
  using reader = follow(person);
  await reader.next();
  await db.execute(sql`update users set is_active = false where id = ${person.identity.id}`);
  await expect(reader.next()).rejects.toThrow("deactivated");
});

test("who has fallen too far behind is told to read anew, and goes on from there", async () => {
  await using small = EventFeed.start({ db, log, kept: 8 });
  const after = await small.now();
  for (let i = 0; i < 40; i += 1) await newSecret();
  await small.look();
  using reader = follow(world.member, { after, feed: small });
  expect((await reader.next()).message).toEqual({ type: "resync", reason: "too far behind" });
  const { id } = await newSecret();
  expect(idsOf(await reader.until(id))).toEqual([id]);
});

test("who comes back after everything they missed was forgotten is told to read anew", async () => {
  await newSecret();
  const after = (await feed.now()) - 1;
  await newSecret();
  await db.update(rowEvents).set({ createdAt: new Date(0) });
  await using pruning = EventFeed.start({ db, log });
  await pruning.look();
  using reader = follow(world.member, { after, feed: pruning });
  expect((await reader.next()).message).toEqual({ type: "resync", reason: "too far behind" });
});

test("a position of another database is told to read anew", async () => {
  using reader = follow(world.member, { after: 1_000_000_000 });
  expect((await reader.next()).message).toEqual({ type: "resync", reason: "too far behind" });
});

test("renewing a lease, a heartbeat, or writing what is there already is no event", async () => {
  const { id } = await world.installed();
  const before = await feed.now();
  await db.update(k8sClusters).set({ lastSeenAt: new Date(), leaseOwner: "a", leaseExpiresAt: new Date() });
  await db.update(deployments).set({ status: "Running" }).where(eq(deployments.id, id));
  await db.execute(sql`update deployment_tasks set lease_expires_at = now(), progress = '{"a":1}'`);
  await feed.look();
  expect(await listRowEvents(db, { after: before, limit: 10 })).toEqual([]);
});

test("a feed whose connections break goes on, and misses nothing", async () => {
  await using own = openDatabase(db.url, { applicationName: "broken-feed" });
  await using broken = EventFeed.start({ db: own, log, pollMs: 50 });
  const after = await broken.now();
  await db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'broken-feed'`,
  );
  const { id } = await newSecret();
  using reader = follow(world.member, { after, feed: broken });
  expect(idsOf(await reader.until(id))).toEqual([id]);
});

test("a feed that starts without a database follows once there is one, and waits meanwhile", async () => {
  const warnings: string[] = [];
  await using absent = openDatabase("postgres://nobody@127.0.0.1:1/none", { connectTimeoutSeconds: 1 });
  const warn = (_fields: unknown, message: string) => void warnings.push(message);
  await using waiting = EventFeed.start({ db: absent, log: { info() {}, warn }, pollMs: 20 });
  const stop = new AbortController();
  const piece = waiting.next(0, stop.signal);
  while (warnings.length === 0) await Bun.sleep(10);
  stop.abort();
  expect(await piece).toBeUndefined();
  expect(waiting.isListening).toBe(false);
});
