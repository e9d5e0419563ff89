import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { migrateDatabase, schemaIsCurrent } from "./migrate.ts";
import { deploymentKinds, deployments, envs, helmTagFormats, kindGrants } from "./schema/index.ts";
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

test("kinds that are there when grants come keep everything, and pods beyond baseline are warned of", async () => {
  await using db = await createTestDatabase();
  const [kind] = await db.insert(deploymentKinds).values({ name: "Old" }).returning();
  // As it was before: what came with the migration is taken away, and the migration forgotten.
  await db.execute(sql`drop table kind_grants`);
  await db.execute(sql`delete from drizzle.__drizzle_migrations where name like '%_kind-grants'`);
  await migrateDatabase(db.url);
  expect(await db.select().from(kindGrants)).toEqual([
    expect.objectContaining({
      kindId: kind?.id,
      clusterIds: null,
      preset: "everything",
      podSecurityEnforce: "privileged",
      podSecurityWarn: "baseline",
    }),
  ]);
});
