import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { advisoryLocks } from "./advisory-locks.ts";
import { type Database, type DatabaseOptions, openDatabase } from "./open-database.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/**
 * Brings the schema up to date. Processes that start together take turns under an advisory lock; who comes later
 * finds nothing to do. Uses a connection of its own, since the lock belongs to a connection.
 */
export async function migrateDatabase(url: string, options: DatabaseOptions = {}): Promise<void> {
  await using db = openDatabase(url, { ...options, max: 1, applicationName: "platz-migrate" });
  await db.execute(sql`select pg_advisory_lock(${advisoryLocks.migration})`);
  try {
    await migrate(db, { migrationsFolder });
  } finally {
    await db.execute(sql`select pg_advisory_unlock(${advisoryLocks.migration})`);
  }
}

/** Whether every migration that this program knows has been applied. A database that is ahead counts as up to date. */
export async function schemaIsCurrent(db: Database): Promise<boolean> {
  const names = readMigrationFiles({ migrationsFolder }).map(({ name }) => name);
  const existing = await db.execute<{ there: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
    "objects",
  );
  if (existing[0]?.there !== true) return false;
  const applied = await db.execute<{ name: string }>(
    sql`select name from drizzle.__drizzle_migrations`,
    "objects",
  );
  const appliedNames = new Set(applied.map((row) => row.name));
  return names.every((name) => appliedNames.has(name));
}
