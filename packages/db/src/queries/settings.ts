import { eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { settings } from "../schema/index.ts";

export async function findSetting(db: Queryable, key: string): Promise<string | undefined> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, key));
  return row?.value;
}

/** Stores a setting unless it is there already: whoever is first wins, and nobody fails. */
export async function insertSettingOnce(db: Queryable, key: string, value: string): Promise<void> {
  await db.insert(settings).values({ key, value }).onConflictDoNothing({ target: settings.key });
}
