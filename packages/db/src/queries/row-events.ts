import type { EnvId, EventTable, EventVisibility, RowEvent } from "@platz/domain";
import { and, asc, gt, lte, sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import type { Queryable } from "../open-database.ts";
import { rowEvents } from "../schema/index.ts";

/** How many events get a position in one statement at most. */
const BATCH = 5000;

/** A change as the outbox holds it, with whom it may be told to. */
export interface PlacedEvent extends Omit<RowEvent, "table"> {
  readonly position: number;
  /** A program of a later version may write of tables that this one does not know. */
  readonly table: EventTable | (string & {});
  readonly visibility: EventVisibility;
  readonly envIds: EnvId[];
  /** The person or bot whose own row it is, or whose right it is about. */
  readonly userId: string | null;
}

/**
 * Gives the changes that have been committed since a position each. One process at a time: so positions become visible
 * in their order, whatever the order in which the transactions of the changes began, and a reader that has seen a
 * position has seen all below it. `"other"`: another process is just doing it; `"more"`: there were too many for once.
 */
export async function placeRowEvents(db: Queryable): Promise<"all" | "more" | "other"> {
  const [row] = await db.execute<{ held: boolean; placed: number }>(
    sql`
      with turn as materialized (select pg_try_advisory_xact_lock(${advisoryLocks.eventPositions}) as held),
      waiting as materialized (
        select seq from row_events where position is null and (select held from turn) order by seq limit ${BATCH}),
      placed as materialized (select seq, nextval('row_event_position') as position from waiting),
      done as (
        update row_events e set position = p.position from placed p where e.seq = p.seq and e.position is null)
      select held, (select count(*)::integer from placed) as placed from turn`,
    "objects",
  );
  if (row?.held !== true) return "other";
  return row.placed === BATCH ? "more" : "all";
}

/** Changes after a position, in order, up to another one if given. */
export async function listRowEvents(
  db: Queryable,
  { after, upTo, limit }: { readonly after: number; readonly upTo?: number; readonly limit: number },
): Promise<PlacedEvent[]> {
  const rows = await db
    .select({
      position: rowEvents.position,
      table: rowEvents.tableName,
      operation: rowEvents.operation,
      id: rowEvents.rowId,
      version: rowEvents.version,
      visibility: rowEvents.visibility,
      envIds: rowEvents.envIds,
      userId: rowEvents.userId,
    })
    .from(rowEvents)
    .where(and(gt(rowEvents.position, after), upTo === undefined ? undefined : lte(rowEvents.position, upTo)))
    .orderBy(asc(rowEvents.position))
    .limit(limit);
  // The condition leaves out rows without a position; the compiler cannot know.
  return rows as PlacedEvent[];
}

/** The oldest and the newest position that is kept; zeros before the first change of all. */
export async function rowEventBounds(
  db: Queryable,
): Promise<{ readonly oldest: number; readonly newest: number }> {
  const [row] = await db
    .select({
      oldest: sql<number>`coalesce(min(${rowEvents.position}), 0)`.mapWith(Number),
      newest: sql<number>`coalesce(max(${rowEvents.position}), 0)`.mapWith(Number),
    })
    .from(rowEvents);
  return row ?? { oldest: 0, newest: 0 };
}

/** Forgets changes that are older than this. The newest one stays: it says where the feed is. */
export async function pruneRowEvents(db: Queryable, olderThan: Date): Promise<void> {
  await db
    .delete(rowEvents)
    .where(
      and(
        lte(rowEvents.createdAt, olderThan),
        sql`${rowEvents.position} < (select max(${rowEvents.position}) from ${rowEvents})`,
      ),
    );
}
