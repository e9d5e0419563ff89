import type { Page, PageRequest, UserId, UserToken, UserTokenId } from "@platz/domain";
import { asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { userTokens } from "../schema/index.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

/** What may be shown of a token: never its hash. */
const shown = {
  id: userTokens.id,
  userId: userTokens.userId,
  createdAt: userTokens.createdAt,
  name: userTokens.name,
  expiresAt: userTokens.expiresAt,
  lastUsedAt: userTokens.lastUsedAt,
  readOnly: userTokens.readOnly,
  envIds: userTokens.envIds,
};

export async function listUserTokens(
  db: Queryable,
  { userId, page }: { readonly userId?: UserId | undefined; readonly page: PageRequest },
): Promise<Page<UserToken>> {
  const where = matching(userTokens.userId, userId);
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select(shown)
        .from(userTokens)
        .where(where)
        .orderBy(asc(userTokens.createdAt), asc(userTokens.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(userTokens).where(where),
  });
}

export async function findUserToken(db: Queryable, id: UserTokenId): Promise<UserToken | undefined> {
  const [row] = await db.select(shown).from(userTokens).where(eq(userTokens.id, id));
  return row;
}

export async function insertUserToken(
  db: Queryable,
  token: Omit<UserToken, "createdAt" | "lastUsedAt"> & { readonly secretHash: string },
): Promise<UserToken> {
  const [row] = await db.insert(userTokens).values(token).returning(shown);
  if (!row) throw new Error("an insert returned no row");
  return row;
}

export async function deleteUserTokenRow(db: Queryable, id: UserTokenId): Promise<void> {
  await db.delete(userTokens).where(eq(userTokens.id, id));
}
