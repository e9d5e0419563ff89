import type { Identity, UserId, UserTokenId } from "@platz/domain";
import { and, eq, isNull, lt, or } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { bots, deployments, users, userTokens } from "../schema/index.ts";

/** What must be known of an API token to let its bearer in. */
export interface TokenOwner {
  readonly userId: UserId;
  readonly isActive: boolean;
  readonly secretHash: string;
  readonly expiresAt: Date | null;
}

export async function findTokenOwner(db: Queryable, id: UserTokenId): Promise<TokenOwner | undefined> {
  const [row] = await db
    .select({
      userId: userTokens.userId,
      isActive: users.isActive,
      secretHash: userTokens.secretHash,
      expiresAt: userTokens.expiresAt,
    })
    .from(userTokens)
    .innerJoin(users, eq(users.id, userTokens.userId))
    .where(eq(userTokens.id, id));
  return row;
}

/** Notes that a token was used now, unless that was noted since `notedSince` already. */
export async function noteTokenUse(
  db: Queryable,
  id: UserTokenId,
  times: { readonly now: Date; readonly notedSince: Date },
): Promise<void> {
  await db
    .update(userTokens)
    .set({ lastUsedAt: times.now })
    .where(
      and(
        eq(userTokens.id, id),
        or(isNull(userTokens.lastUsedAt), lt(userTokens.lastUsedAt, times.notedSince)),
      ),
    );
}

/** Whether whom a credential names is still there, and active if a person. */
export async function identityIsLive(db: Queryable, identity: Identity): Promise<boolean> {
  switch (identity.kind) {
    case "User": {
      const [row] = await db
        .select({ isActive: users.isActive })
        .from(users)
        .where(eq(users.id, identity.id));
      return row?.isActive === true;
    }
    case "Bot":
      return (await db.select({ id: bots.id }).from(bots).where(eq(bots.id, identity.id))).length > 0;
    case "Deployment": {
      const rows = await db
        .select({ id: deployments.id })
        .from(deployments)
        .where(eq(deployments.id, identity.id));
      return rows.length > 0;
    }
  }
}
