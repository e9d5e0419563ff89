import { and, eq, gt, lt } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { signInAttempts } from "../schema/index.ts";

export type NewSignInAttempt = Omit<typeof signInAttempts.$inferInsert, "createdAt">;

/** What the provider's answer is checked against. */
export interface TakenSignInAttempt {
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Keeps an attempt, and forgets those that have run out. */
export async function insertSignInAttempt(
  db: Queryable,
  attempt: NewSignInAttempt,
  now: Date,
): Promise<void> {
  await db.delete(signInAttempts).where(lt(signInAttempts.expiresAt, now));
  await db.insert(signInAttempts).values(attempt);
}

/** Takes an attempt away, so that nobody takes it twice; `undefined` unless it is this browser's and still good. */
export async function takeSignInAttempt(
  db: Queryable,
  key: { readonly stateHash: string; readonly browserHash: string },
  now: Date,
): Promise<TakenSignInAttempt | undefined> {
  const [row] = await db
    .delete(signInAttempts)
    .where(
      and(
        eq(signInAttempts.stateHash, key.stateHash),
        eq(signInAttempts.browserHash, key.browserHash),
        gt(signInAttempts.expiresAt, now),
      ),
    )
    .returning({ nonce: signInAttempts.nonce, codeVerifier: signInAttempts.codeVerifier });
  return row;
}
