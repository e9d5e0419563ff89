import type { Json } from "@platz/domain";
import { and, desc, eq, gt, isNotNull, isNull, or, sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import type { Queryable } from "../open-database.ts";
import { signingKeys } from "../schema/index.ts";

type SigningKeyUse = typeof signingKeys.$inferSelect.use;
export type SigningKeyRow = typeof signingKeys.$inferSelect;

/** Whoever makes or retires keys takes turns until the transaction ends. */
export async function lockSigningKeys(db: Queryable): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.signingKeys})`);
}

/** The keys of a use that count now, newest first. */
export async function listSigningKeys(
  db: Queryable,
  use: SigningKeyUse,
  now: Date,
): Promise<SigningKeyRow[]> {
  return await db
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.use, use), counts(now)))
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id));
}

/** The public halves that verify what was signed and may still count. */
export async function listPublicKeys(db: Queryable, now: Date): Promise<Json[]> {
  const rows = await db
    .select({ publicJwk: signingKeys.publicJwk })
    .from(signingKeys)
    .where(and(isNotNull(signingKeys.publicJwk), counts(now)))
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id));
  return rows.flatMap(({ publicJwk }) => (publicJwk === null ? [] : [publicJwk]));
}

export async function insertSigningKey(db: Queryable, key: typeof signingKeys.$inferInsert): Promise<void> {
  await db.insert(signingKeys).values(key);
}

/** From now on these sign nothing, and from `expiresAt` on what they signed does not count. */
export async function retireSigningKeys(
  db: Queryable,
  use: SigningKeyUse,
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
): Promise<number> {
  const rows = await db
    .update(signingKeys)
    .set({
      retiredAt: sql`coalesce(${signingKeys.retiredAt}, ${now.toISOString()}::timestamptz)`,
      expiresAt: sql`least(${signingKeys.expiresAt}, ${expiresAt.toISOString()}::timestamptz)`,
    })
    .where(and(eq(signingKeys.use, use), counts(now)))
    .returning({ id: signingKeys.id });
  return rows.length;
}

function counts(now: Date) {
  return or(isNull(signingKeys.expiresAt), gt(signingKeys.expiresAt, now));
}
