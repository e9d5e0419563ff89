import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { migrateDatabase, schemaIsCurrent } from "./migrate.ts";
import { deployments, envs, helmTagFormats } from "./schema/index.ts";
import { createTestDatabase } from "./testing/index.ts";

test("a fresh schema holds one env named Default and two tag formats", async () => {
  await using db = await createTestDatabase();
  expect((await db.select().from(envs)).map(({ name }) => name)).toEqual(["Default"]);
  expect(await db.select().from(helmTagFormats)).toHaveLength(2);
  expect(await db.select().from(deployments)).toEqual([]);
});

test("processes that migrate at the same time take turns, and all find the schema current", async () => {
  await using db = await createTestDatabase();
  await db.execute(sql`drop schema public cascade; create schema public; drop schema drizzle cascade`);
  expect(await schemaIsCurrent(db)).toBe(false);
  await Promise.all([1, 2, 3].map(() => migrateDatabase(db.url)));
  expect(await schemaIsCurrent(db)).toBe(true);
  expect(await db.select().from(envs)).toHaveLength(1);
});
