import type { BotTokenId, EnvId, Identity, SessionId, UserId, UserTokenId } from "@platz/domain";
import { eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { botTokens, sessions, userTokens } from "../schema/index.ts";

/** What must be known of an API token to let its bearer in. */
export interface StoredToken {
  readonly owner: Identity;
  readonly secretHash: string;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly readOnly: boolean;
  readonly envIds: readonly EnvId[] | null;
}

/** The token with this id, of a person or else of a bot. */
export async function findApiToken(db: Queryable, id: string): Promise<StoredToken | undefined> {
  const [ofUser] = await db
    .select({ ownerId: userTokens.userId, ...checked(userTokens) })
    .from(userTokens)
    .where(eq(userTokens.id, id as UserTokenId));
  if (ofUser) {
    const { ownerId, ...token } = ofUser;
    return { owner: { kind: "User", id: ownerId }, ...token };
  }
  const [ofBot] = await db
    .select({ ownerId: botTokens.botId, ...checked(botTokens) })
    .from(botTokens)
    .where(eq(botTokens.id, id as BotTokenId));
  if (!ofBot) return undefined;
  const { ownerId, ...token } = ofBot;
  return { owner: { kind: "Bot", id: ownerId }, ...token };
}

function checked<Table extends typeof userTokens | typeof botTokens>(table: Table) {
  const { secretHash, expiresAt, lastUsedAt, readOnly, envIds } = table;
  return { secretHash, expiresAt, lastUsedAt, readOnly, envIds } as Pick<
    Table,
    "secretHash" | "expiresAt" | "lastUsedAt" | "readOnly" | "envIds"
  >;
}

/** What must be known of a session to let its bearer in. */
export interface StoredSession {
  readonly userId: UserId;
  readonly secretHash: string | null;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

export async function findStoredSession(db: Queryable, id: SessionId): Promise<StoredSession | undefined> {
  const { userId, secretHash, expiresAt, lastUsedAt } = sessions;
  const [row] = await db
    .select({ userId, secretHash, expiresAt, lastUsedAt })
    .from(sessions)
    .where(eq(sessions.id, id));
  return row;
}

/** Notes when a token, of a person or of a bot, was used. */
export async function noteTokenUse(
  db: Queryable,
  { owner, id }: { readonly owner: Identity; readonly id: string },
  lastUsedAt: Date,
): Promise<void> {
  if (owner.kind === "Bot") {
    await db
      .update(botTokens)
      .set({ lastUsedAt })
      .where(eq(botTokens.id, id as BotTokenId));
  } else {
    await db
      .update(userTokens)
      .set({ lastUsedAt })
      .where(eq(userTokens.id, id as UserTokenId));
  }
}

/** Notes when a session was used. */
export async function noteSessionUse(db: Queryable, id: SessionId, lastUsedAt: Date): Promise<void> {
  await db.update(sessions).set({ lastUsedAt }).where(eq(sessions.id, id));
}
