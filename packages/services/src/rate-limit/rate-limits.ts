import type { Queryable } from "@platz/db";
import { countTry, deleteEndedWindows } from "@platz/db/queries/rate-limits";
import { TooManyRequests } from "@platz/domain";

/** How often something may be tried within a window of time, by one address or against one account (design: Security). */
export const rateLimits = {
  /** Sign-ins begun or finished from one address. */
  "sign-in:address": { max: 120, windowMs: 60_000 },
  /** Sign-ins of one person. */
  "sign-in:user": { max: 20, windowMs: 60_000 },
  /** Credentials from one address that were wrong: many people may share it. */
  "wrong-credential:address": { max: 300, windowMs: 60_000 },
  /** Wrong secrets for one token or session from one address: others go on using it. */
  "wrong-credential:token": { max: 20, windowMs: 60_000 },
  /** Tasks that one deployment asks for, or causes, by its own token. */
  "task:deployment": { max: 60, windowMs: 3_600_000 },
} as const;

/** A limit, and whom it is counted for. */
export interface Limited {
  readonly limit: keyof typeof rateLimits;
  readonly subject: string;
}

export interface RateLimitDependencies {
  readonly db: Queryable;
  now(): Date;
}

/** Counts a try. Throws `TooManyRequests` when it is one too many. Counts are in the database: a restart forgets none. */
export async function countAgainst(
  dependencies: RateLimitDependencies,
  limited: readonly Limited[],
): Promise<void> {
  for (const { limit, subject } of limited) {
    const { max, windowMs } = rateLimits[limit];
    const { db, now } = dependencies;
    const windowEndsAt = new Date(now().getTime() + windowMs);
    const window = await countTry(db, `${limit}:${subject}`, { now: now(), windowEndsAt });
    if (window.count === 1) await deleteEndedWindows(db, now());
    if (window.count > max) throw new TooManyRequests(window.windowEndsAt.getTime() - now().getTime());
  }
}
