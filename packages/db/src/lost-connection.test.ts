import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type Database, openDatabase } from "./open-database.ts";
import { isUnavailable } from "./postgres-error.ts";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";

let made: TestDatabase;
let db: Database;
beforeAll(async () => {
  made = await createTestDatabase();
  await made.execute(sql`create table notes (text text)`);
  // One connection, so that whatever comes next gets the one that was lost.
  db = openDatabase(made.url, { max: 1 });
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await made[Symbol.asyncDispose]();
});

const notes = async () =>
  (await made.execute<{ text: string }>(sql`select text from notes`, "objects")).map(({ text }) => text);

/** Ends the connection of a transaction while it waits for something else, and waits until that is noticed. */
async function killDuring(tx: Pick<Database, "execute">): Promise<void> {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`, "objects");
  const { closed } = db.poolFigures();
  await made.execute(sql`select pg_terminate_backend(${row?.pid}, 5000)`);
  while (db.poolFigures().closed === closed) await new Promise((resolve) => setImmediate(resolve));
}

test("a transaction that lost its connection fails, and its next statement fails with it", async () => {
  const second = Promise.withResolvers<string>();
  const lost = db.transaction(async (tx) => {
    await tx.execute(sql`insert into notes values ('first')`);
    await killDuring(tx);
    await tx.execute(sql`insert into notes values ('second')`).then(
      () => second.resolve("written"),
      () => second.resolve("refused"),
    );
  });
  await expect(lost).rejects.toThrow();
  await db.execute(sql`select 1`);
  expect(await second.promise).toBe("refused");
  expect(await notes()).toEqual([]);
});

test("a transaction that lost its connection writes nothing by another one that takes its place", async () => {
  const goOn = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const lost = db.transaction(async (tx) => {
    await tx.execute(sql`insert into notes values ('third')`);
    await killDuring(tx);
    await goOn.promise;
    tx.execute(sql`insert into notes values ('fourth')`).then(
      () => ended.resolve("written"),
      () => ended.resolve("refused"),
    );
    await ended.promise;
  });
  await expect(lost).rejects.toThrow();
  // The connection is open again, and not the transaction's any more.
  await db.execute(sql`select 1`);
  goOn.resolve();
  expect(await ended.promise).toBe("refused");
  expect(await notes()).toEqual([]);
});

test.each([1, 4])(
  "with %d connections that are lost again and again every statement ends, with its own answer if with one",
  async (max) => {
    await using victim = openDatabase(made.url, { max, applicationName: "victim" });
    for (let round = 0; round < 40; round += 1) {
      const statements = Array.from({ length: 6 }, async (_, i) => {
        const wanted = round * 10 + i;
        try {
          const [row] = await victim.execute<{ n: number }>(sql`select ${wanted}::int as n`, "objects");
          expect(row?.n).toBe(wanted);
        } catch (error) {
          if (!isUnavailable(error)) throw error;
        }
      });
      const kill = made.execute(
        sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and application_name = 'victim'`,
      );
      await Promise.all([...statements, kill]);
    }
  },
);
