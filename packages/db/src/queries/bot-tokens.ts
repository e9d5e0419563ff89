import type { BotId, BotToken, BotTokenId, Page, PageRequest, UserId } from "@platz/domain";
import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { botTokens } from "../schema/index.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

/** What may be shown of a token: never its hash. */
const shown = {
  id: botTokens.id,
  botId: botTokens.botId,
  createdAt: botTokens.createdAt,
  createdByUserId: botTokens.createdByUserId,
  name: botTokens.name,
  expiresAt: botTokens.expiresAt,
  lastUsedAt: botTokens.lastUsedAt,
  readOnly: botTokens.readOnly,
  envIds: botTokens.envIds,
};

export interface BotTokenFilter {
  readonly botId?: BotId | undefined;
  readonly createdByUserId?: UserId | undefined;
}

export async function listBotTokens(
  db: Queryable,
  { filter, page }: { readonly filter: BotTokenFilter; readonly page: PageRequest },
): Promise<Page<BotToken>> {
  const where = and(
    matching(botTokens.botId, filter.botId),
    matching(botTokens.createdByUserId, filter.createdByUserId),
  );
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select(shown)
        .from(botTokens)
        .where(where)
        .orderBy(asc(botTokens.createdAt), asc(botTokens.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(botTokens).where(where),
  });
}

export async function findBotToken(db: Queryable, id: BotTokenId): Promise<BotToken | undefined> {
  const [row] = await db.select(shown).from(botTokens).where(eq(botTokens.id, id));
  return row;
}

export async function insertBotToken(
  db: Queryable,
  token: Omit<BotToken, "createdAt" | "lastUsedAt"> & { readonly secretHash: string },
): Promise<BotToken> {
  const [row] = await db.insert(botTokens).values(token).returning(shown);
  if (!row) throw new Error("an insert returned no row");
  return row;
}

export async function deleteBotTokenRow(db: Queryable, id: BotTokenId): Promise<void> {
  await db.delete(botTokens).where(eq(botTokens.id, id));
}
