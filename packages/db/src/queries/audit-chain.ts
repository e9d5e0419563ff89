import type { AuditEntryId, AuditHead } from "@platz/domain";
import { and, asc, count, desc, eq, gte, inArray, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { advisoryLocks } from "../advisory-locks.ts";
import type { Queryable } from "../open-database.ts";
import { auditChain, auditLog } from "../schema/index.ts";

export type AuditLink = typeof auditChain.$inferSelect;

/** An instant as it is chained: what the database holds to the microsecond, and a date of ours does not. */
const instantText = (column: SQL.Aliased | typeof auditLog.createdAt | typeof auditLog.lastAt) =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;

const log = auditLog;

/** All of an entry that never changes, as one text that is the same for the same entry: jsonb has one form of each value. */
const contentOfEntry = sql<string>`jsonb_build_array(
  ${log.id}, ${log.seq}, ${instantText(log.createdAt)}, ${log.actorKind}, ${log.actorId}, ${log.actorLabel}, ${log.action},
  ${log.outcome}, ${log.entity}, ${log.entityId}, ${log.entityLabel}, ${log.envId}, ${log.version}, ${log.changes},
  ${log.reason}, ${log.requestId}, ${log.address})::text`;

/** How often a denial was counted, in the same way. */
const contentOfCount = sql<string>`jsonb_build_array(${log.count}, ${instantText(log.lastAt)})::text`;

/** Takes the turn of whoever chains, until the transaction ends. `false`: another process has it. */
export async function tryAuditChainTurn(db: Queryable): Promise<boolean> {
  const [row] = await db.execute<{ held: boolean }>(
    sql`select pg_try_advisory_xact_lock(${advisoryLocks.auditChain}) as held`,
    "objects",
  );
  return row?.held === true;
}

/** The same, waiting for it. */
export async function awaitAuditChainTurn(db: Queryable): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.auditChain})`);
}

export async function findLastLink(db: Queryable): Promise<AuditLink | undefined> {
  const [row] = await db.select().from(auditChain).orderBy(desc(auditChain.position)).limit(1);
  return row;
}

export async function findLastCheckpoint(db: Queryable): Promise<AuditLink | undefined> {
  const [row] = await db
    .select()
    .from(auditChain)
    .where(eq(auditChain.kind, "checkpoint"))
    .orderBy(desc(auditChain.position))
    .limit(1);
  return row;
}

export interface ToChain {
  readonly entryId: AuditEntryId;
  readonly content: string;
}

/** Entries that have been committed and are not chained yet, in the order of writing among those that there are. */
export async function listUnchainedEntries(db: Queryable, limit: number): Promise<ToChain[]> {
  return await db
    .select({ entryId: log.id, content: contentOfEntry })
    .from(log)
    .where(isNull(log.chainPosition))
    .orderBy(asc(log.seq))
    .limit(limit);
}

/**
 * Ends the counting of denials whose hour is over, with five minutes for clocks that differ, and gives how often they were.
 * Only what is chained itself: so its count comes after it.
 */
export async function closeCountedDenials(db: Queryable, limit: number): Promise<ToChain[]> {
  const over = db
    .select({ id: log.id })
    .from(log)
    .where(
      and(
        sql`${log.openFor} is not null`,
        sql`${log.chainPosition} is not null`,
        lt(log.createdAt, sql`now() - interval '65 minutes'`),
      ),
    )
    .orderBy(asc(log.seq))
    .limit(limit);
  return await db
    .update(log)
    .set({ openFor: null, openKey: null })
    .where(inArray(log.id, over))
    .returning({ entryId: log.id, content: contentOfCount });
}

/** Adds links to the chain, and notes with the entries where they stand. */
export async function insertLinks(db: Queryable, links: readonly AuditLink[]): Promise<void> {
  if (links.length === 0) return;
  await db.insert(auditChain).values([...links]);
  const [first, last] = [links[0]?.position ?? 0, links.at(-1)?.position ?? 0];
  await db.execute(sql`
    update audit_log a set chain_position = c.position from audit_chain c
    where c.position between ${first} and ${last} and c.kind = 'entry' and a.id = c.entry_id`);
}

/** A link beside what is now in the log. */
export interface LinkToVerify extends AuditLink {
  readonly entry: {
    readonly content: string;
    readonly count: string;
    readonly isOpen: boolean;
    readonly isDenial: boolean;
    readonly isRepeated: boolean;
    readonly label: string;
  } | null;
}

/** Links from a position on, in their order. */
export async function listLinksToVerify(db: Queryable, from: number, limit: number): Promise<LinkToVerify[]> {
  const rows = await db
    .select({
      link: auditChain,
      entryId: log.id,
      content: contentOfEntry,
      count: contentOfCount,
      isOpen: sql<boolean>`${log.openFor} is not null`,
      isDenial: sql<boolean>`${log.outcome} = 'Denied'`,
      isRepeated: sql<boolean>`(${log.count} <> 1 or ${log.lastAt} is not null)`,
      label: sql<string>`${log.action} || ' by ' || ${log.actorLabel}`,
    })
    .from(auditChain)
    .leftJoin(log, eq(log.id, auditChain.entryId))
    .where(gte(auditChain.position, from))
    .orderBy(asc(auditChain.position))
    .limit(limit);
  return rows.map(({ link, entryId, ...entry }) => ({ ...link, entry: entryId === null ? null : entry }));
}

/** An entry that says where in the chain it stands, and is not there. */
export async function findUnlinkedEntry(
  db: Queryable,
): Promise<{ readonly id: AuditEntryId; readonly label: string } | undefined> {
  const [row] = await db
    .select({ id: log.id, label: sql<string>`${log.action} || ' by ' || ${log.actorLabel}` })
    .from(log)
    .where(
      sql`${log.chainPosition} is not null and not exists (
        select from audit_chain c where c.position = ${log.chainPosition} and c.entry_id = ${log.id} and c.kind = 'entry')`,
    )
    .orderBy(asc(log.seq))
    .limit(1);
  return row;
}

export async function findLink(db: Queryable, position: number): Promise<AuditLink | undefined> {
  const [row] = await db.select().from(auditChain).where(eq(auditChain.position, position));
  return row;
}

/** How far the log is chained, and how much waits. */
export async function readAuditHead(db: Queryable): Promise<AuditHead> {
  const last = await findLastLink(db);
  const [waiting] = await db.select({ n: count() }).from(log).where(isNull(log.chainPosition));
  return {
    position: last?.position ?? 0,
    hash: last?.hash ?? "",
    at: last?.at ?? null,
    waiting: waiting?.n ?? 0,
  };
}

/** A link that may be deleted with what it is about, unless the entry is too young or still counted. */
export interface OldestLink extends Pick<AuditLink, "position" | "kind" | "hash" | "entryId"> {
  readonly isOld: boolean;
}

/** The oldest links, each with whether its entry is from before an instant. */
export async function listOldestLinks(db: Queryable, before: Date, limit: number): Promise<OldestLink[]> {
  return await db
    .select({
      position: auditChain.position,
      kind: auditChain.kind,
      hash: auditChain.hash,
      entryId: auditChain.entryId,
      isOld: sql<boolean>`coalesce(${log.createdAt}, ${auditChain.at}) < ${before.toISOString()}::timestamptz
        and ${log.openFor} is null`,
    })
    .from(auditChain)
    .leftJoin(log, eq(log.id, auditChain.entryId))
    .orderBy(asc(auditChain.position))
    .limit(limit);
}

/** Deletes the links up to a position with the entries that they chain; says how many entries that were. */
export async function deleteLinksThrough(db: Queryable, through: number): Promise<number> {
  const entries = db
    .select({ id: auditChain.entryId })
    .from(auditChain)
    .where(and(lte(auditChain.position, through), eq(auditChain.kind, "entry")));
  const deleted = await db.delete(log).where(inArray(log.id, entries)).returning({ id: log.id });
  await db.delete(auditChain).where(lte(auditChain.position, through));
  return deleted.length;
}
