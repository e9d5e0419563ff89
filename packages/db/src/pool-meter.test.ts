import { expect, test } from "bun:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { openDatabase } from "./open-database.ts";
import { PoolMeter } from "./pool-meter.ts";
import { createTestDatabase } from "./testing/index.ts";

test("a pool tells its open and idle connections, and who had to wait", async () => {
  await using made = await createTestDatabase();
  await using db = openDatabase(made.url, { max: 2 });
  expect(db.poolFigures()).toMatchObject({ connections: 0, idle: 0, opened: 0 });
  await db.execute(sql`select 1`);
  expect(db.poolFigures()).toMatchObject({ connections: 1, idle: 1, direct: 1, waited: 0, opened: 1 });
  const release = Promise.withResolvers<void>();
  const held = [1, 2].map(() => Promise.withResolvers<void>());
  const transactions = held.map(({ resolve }) =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      resolve();
      await release.promise;
    }),
  );
  await Promise.all(held.map(({ promise }) => promise));
  const late = db.execute(sql`select 1`).then(() => "done");
  expect(db.poolFigures()).toMatchObject({ connections: 2, idle: 0, direct: 3 });
  release.resolve();
  expect(await late).toBe("done");
  await Promise.all(transactions);
  const { waited, waitedMs, ...rest } = db.poolFigures();
  expect([waited, rest.connections, rest.idle]).toEqual([1, 2, 2]);
  expect(waitedMs).toBeGreaterThanOrEqual(0);
});

test("a connection that the server ends is no connection of the pool any more", async () => {
  await using made = await createTestDatabase();
  await using db = openDatabase(made.url, { max: 1 });
  const mine = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`, "objects");
  await made.execute(sql`select pg_terminate_backend(${mine[0]?.pid}, 5000)`);
  while (db.poolFigures().closed === 0) await nextTurn();
  await db.execute(sql`select 1`);
  expect(db.poolFigures()).toMatchObject({ connections: 1, idle: 1, opened: 2, closed: 1 });
});

test("what waits is timed from its asking to the place that becomes free", () => {
  let now = 0;
  const meter = new PoolMeter(1, () => now);
  meter.enter();
  meter.enter();
  now = 30;
  meter.leave();
  now = 100;
  meter.leave(Object.assign(new Error("no"), { code: "CONNECT_TIMEOUT" }));
  expect(meter.figures).toMatchObject({ direct: 1, waited: 1, waitedMs: 30, timedOut: 1 });
});
