import { sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import { migrateDatabase } from "../migrate.ts";
import { openDatabase } from "../open-database.ts";

/**
 * An empty, migrated database of its own on a server, that of `PLATZ_TEST_DATABASE_URL` unless told otherwise, dropped when disposed.
 * It is cloned from a template that the first caller makes, so that it costs a tenth of a second.
 */
export async function createTestDatabase(adminUrl = process.env["PLATZ_TEST_DATABASE_URL"]) {
  if (!adminUrl) throw new Error("PLATZ_TEST_DATABASE_URL is not set: run the tests through `npm test`.");
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await withAdmin(adminUrl, async (admin) => {
    const template = await ensureTemplate(admin, adminUrl);
    await admin.execute(sql.raw(`create database ${name} template ${template}`));
  });
  const url = databaseUrl(adminUrl, name);
  const db = openDatabase(url, { max: 8, idleTimeoutSeconds: 30 });
  return Object.assign(db, {
    url,
    [Symbol.asyncDispose]: async () => {
      await db.$client.end({ timeout: 5 });
      await withAdmin(adminUrl, (admin) => admin.execute(sql.raw(`drop database ${name} with (force)`)));
    },
  });
}

export type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

type Admin = ReturnType<typeof openDatabase>;

async function withAdmin<Result>(url: string, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  await using admin = openDatabase(url, { max: 1 });
  // Cloning wants the template to itself, and making it wants to be alone.
  await admin.execute(sql`select pg_advisory_lock(${advisoryLocks.testTemplate})`);
  return await work(admin);
}

/** The template is named after the migrations that made it, so that another checkout makes its own. */
async function ensureTemplate(admin: Admin, adminUrl: string): Promise<string> {
  const name = `platz_template_${await migrationsHash()}`;
  const found = await admin.execute(sql`select 1 from pg_database where datname = ${name}`);
  if (found.length > 0) return name;
  const draft = `${name}_draft`;
  await admin.execute(sql.raw(`drop database if exists ${draft} with (force)`));
  await admin.execute(sql.raw(`create database ${draft}`));
  await migrateDatabase(databaseUrl(adminUrl, draft));
  await admin.execute(sql.raw(`alter database ${draft} rename to ${name}`));
  return name;
}

async function migrationsHash(): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  const folder = new URL("../migrations/", import.meta.url).pathname;
  const files = [...new Bun.Glob("*/migration.sql").scanSync(folder)].sort();
  // By name as well: the database notes migrations by it.
  for (const file of files) hasher.update(file).update(await Bun.file(folder + file).text());
  return hasher.digest("hex").slice(0, 16);
}

function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
