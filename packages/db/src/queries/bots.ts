import type { Bot, BotId, NewBot, Page, PageRequest, UpdateBot } from "@platz/domain";
import { asc, count, eq, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { bots } from "../schema/index.ts";
import { containing } from "./matching.ts";
import { pageOf } from "./page-of.ts";

export async function listBots(
  db: Queryable,
  { displayName, page }: { readonly displayName?: string | undefined; readonly page: PageRequest },
): Promise<Page<Bot>> {
  const where = containing(bots.displayName, displayName);
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select()
        .from(bots)
        .where(where)
        .orderBy(asc(bots.createdAt), asc(bots.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(bots).where(where),
  });
}

export async function findBot(db: Queryable, id: BotId): Promise<Bot | undefined> {
  const [row] = await db.select().from(bots).where(eq(bots.id, id));
  return row;
}

/** The bot, held against other edits until the transaction ends. */
export async function lockBot(db: Queryable, id: BotId): Promise<Bot | undefined> {
  const [row] = await db.select().from(bots).where(eq(bots.id, id)).for("update");
  return row;
}

export async function insertBot(db: Queryable, bot: NewBot): Promise<Bot> {
  const [row] = await db.insert(bots).values(bot).returning();
  if (!row) throw new Error("an insert returned no row");
  return row;
}

/** Saves an edit and counts it. */
export async function updateBotRow(
  db: Queryable,
  { id, displayName }: Omit<UpdateBot, "version">,
): Promise<Bot | undefined> {
  const [row] = await db
    .update(bots)
    .set({ displayName, version: sql`${bots.version} + 1` })
    .where(eq(bots.id, id))
    .returning();
  return row;
}

/** Its tokens and grants go with it. */
export async function deleteBotRow(db: Queryable, id: BotId): Promise<void> {
  await db.delete(bots).where(eq(bots.id, id));
}
