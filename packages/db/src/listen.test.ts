import { afterAll, beforeAll, expect, test } from "bun:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { listen } from "./listen.ts";
import { type Database, openDatabase } from "./open-database.ts";
import { createTestDatabase, databaseDoor, type TestDatabase } from "./testing/index.ts";

let made: TestDatabase;
beforeAll(async () => {
  made = await createTestDatabase();
});
afterAll(() => made[Symbol.asyncDispose]());

/** What a listener is told, by name. */
function follow(db: Database, beatMs?: number) {
  const told: string[] = [];
  const listening = listen(
    db,
    {
      onChange: ({ id }) => told.push(id),
      onResync: () => told.push("resync"),
      onLost: () => told.push("lost"),
    },
    beatMs === undefined ? {} : { beatMs },
  );
  return Object.assign(listening, {
    told,
    async until(expected: readonly string[]) {
      const deadline = Date.now() + 15_000;
      while (!Bun.deepEquals(told, expected)) {
        if (Date.now() > deadline) expect(told).toEqual([...expected]);
        await delay(10);
      }
    },
  });
}

const notify = (id: string) =>
  made.execute(
    sql`select pg_notify('platz_changes', ${JSON.stringify({ table: "envs", operation: "UPDATE", id })})`,
  );

const killListeners = () =>
  made.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen %'`,
  );

test("a lost connection is made anew, and everything is to be looked at then", async () => {
  await using db = openDatabase(made.url, { max: 2 });
  await using listening = follow(db);
  await listening.until(["resync"]);
  await notify("a");
  await listening.until(["resync", "a"]);
  await killListeners();
  await listening.until(["resync", "a", "resync"]);
  await notify("b");
  await listening.until(["resync", "a", "resync", "b"]);
});

test("it may begin before the database is there, and hears each change once from then on", async () => {
  await using door = await databaseDoor(made.url);
  await using db = openDatabase(door.url, { max: 2 });
  await using listening = follow(db, 50);
  const ask = async () => await db.execute(sql`select 1`);
  await expect(ask()).rejects.toThrow();
  expect(listening.told).toEqual([]);
  await door.open();
  await listening.until(["resync"]);
  await notify("a");
  await listening.until(["resync", "a"]);
});

test("a connection that swallows everything is noticed and replaced", async () => {
  await using door = await databaseDoor(made.url);
  await door.open();
  await using db = openDatabase(door.url, { max: 2 });
  await using listening = follow(db, 50);
  await listening.until(["resync"]);
  door.block();
  await listening.until(["resync", "lost"]);
  door.unblock();
  await listening.until(["resync", "lost", "resync"]);
  await notify("a");
  await listening.until(["resync", "lost", "resync", "a"]);
});

test("what it cannot read is passed over, and once it has ended it says nothing", async () => {
  await using db = openDatabase(made.url, { max: 2 });
  const listening = follow(db);
  await listening.until(["resync"]);
  await made.execute(sql`select pg_notify('platz_changes', 'no JSON')`);
  await made.execute(sql`select pg_notify('platz_changes', '{"table":7}')`);
  await notify("a");
  await listening.until(["resync", "a"]);
  await listening[Symbol.asyncDispose]();
  await killListeners();
  await notify("b");
  expect(listening.told).toEqual(["resync", "a"]);
});

test("one that is ended while it is still connecting leaves no connection behind", async () => {
  await using db = await createTestDatabase();
  for (let round = 0; round < 10; round += 1) {
    const listening = listen(db, { onChange: () => {}, onResync: () => {} });
    await Bun.sleep(round);
    await listening[Symbol.asyncDispose]();
  }
  const left = async () =>
    await db.$client`select pid from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query not like 'select%'`;
  // The server learns of a closed connection a moment later.
  for (const deadline = Date.now() + 2_000; (await left()).length > 0 && Date.now() < deadline; )
    await Bun.sleep(20);
  expect([...(await left())]).toEqual([]);
});
