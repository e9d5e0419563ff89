import { lt, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { rateLimits } from "../schema/index.ts";

/** How often something was tried in the present window. */
export interface RateCount {
  readonly count: number;
  readonly windowEndsAt: Date;
}

/** Counts one try, in a new window when the last one has ended. */
export async function countTry(
  db: Queryable,
  key: string,
  { now, windowEndsAt }: { readonly now: Date; readonly windowEndsAt: Date },
): Promise<RateCount> {
  const hasEnded = sql`${rateLimits.windowEndsAt} <= ${now.toISOString()}::timestamptz`;
  const [row] = await db
    .insert(rateLimits)
    .values({ key, count: 1, windowEndsAt })
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: {
        count: sql`case when ${hasEnded} then 1 else ${rateLimits.count} + 1 end`,
        windowEndsAt: sql`case when ${hasEnded} then excluded.window_ends_at else ${rateLimits.windowEndsAt} end`,
      },
    })
    .returning({ count: rateLimits.count, windowEndsAt: rateLimits.windowEndsAt });
  if (!row) throw new Error("an upsert returned no row");
  return row;
}

/** Forgets windows that have ended. */
export async function deleteEndedWindows(db: Queryable, now: Date): Promise<void> {
  await db.delete(rateLimits).where(lt(rateLimits.windowEndsAt, now));
}
