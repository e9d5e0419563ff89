import type { ListRequest, Page, UserId, UserToken, UserTokenId } from "@platz/domain";
import { and, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { userTokens } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

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

const partOf = listOf("userTokens", {
  sorts: { createdAt: [userTokens.createdAt], name: [userTokens.name] },
  unique: userTokens.id,
});

export async function listUserTokens(
  db: Queryable,
  {
    userId,
    id,
    list,
  }: {
    readonly userId?: UserId | undefined;
    readonly id?: UserTokenId | undefined;
    readonly list: ListRequest<"userTokens">;
  },
): Promise<Page<UserToken>> {
  const where = and(matching(userTokens.userId, userId), matching(userTokens.id, id));
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(userTokens)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
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
