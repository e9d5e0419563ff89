import type { BotId, BotToken, BotTokenId, ListRequest, OneOf, Page, UserId } from "@platz/domain";
import { and, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { botTokens } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

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
  readonly botId?: OneOf<BotId> | undefined;
  readonly createdByUserId?: OneOf<UserId> | null | undefined;
}

const partOf = listOf("botTokens", {
  sorts: { createdAt: [botTokens.createdAt], name: [botTokens.name] },
  unique: botTokens.id,
});

export async function listBotTokens(
  db: Queryable,
  { filter, list }: { readonly filter: BotTokenFilter; readonly list: ListRequest<"botTokens"> },
): Promise<Page<BotToken>> {
  const where = and(
    matching(botTokens.botId, filter.botId),
    matching(botTokens.createdByUserId, filter.createdByUserId),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(botTokens)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
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
