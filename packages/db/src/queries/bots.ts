import type { Bot, BotId, ListRequest, NewBot, Page, UpdateBot } from "@platz/domain";
import { count, eq, getColumns, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { bots } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { containing } from "./matching.ts";

const partOf = listOf("bots", {
  sorts: { createdAt: [bots.createdAt], displayName: [bots.displayName] },
  unique: bots.id,
});

export async function listBots(
  db: Queryable,
  { displayName, list }: { readonly displayName?: string | undefined; readonly list: ListRequest<"bots"> },
): Promise<Page<Bot>> {
  const where = containing(bots.displayName, displayName);
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(bots), ...part.place })
        .from(bots)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
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
