import type { AuditEntry, AuditFilter, EnvId, ListRequest, Page } from "@platz/domain";
import {
  and,
  asc,
  count,
  desc,
  eq,
  getColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  lt,
  or,
  type SQL,
} from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { auditLog } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

export type NewAuditEntry = Omit<
  AuditEntry,
  "id" | "seq" | "createdAt" | "count" | "lastAt" | "chainPosition"
>;

/** What readers see of an entry; how denials are counted is our own business. */
const { openFor: _, openKey: __, ...shown } = getColumns(auditLog);

export async function insertAuditEntry(db: Queryable, ...entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length > 0) await db.insert(auditLog).values([...entries]);
}

/** The changes that took a row beyond a version that somebody has seen, oldest first. */
export async function listChangesSince(
  db: Queryable,
  { entityId, version }: { readonly entityId: string; readonly version: number },
): Promise<Pick<AuditEntry, "actorLabel" | "createdAt" | "changes">[]> {
  return await db
    .select({ actorLabel: auditLog.actorLabel, createdAt: auditLog.createdAt, changes: auditLog.changes })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.entityId, entityId),
        eq(auditLog.outcome, "Done"),
        isNotNull(auditLog.version),
        gt(auditLog.version, version),
      ),
    )
    .orderBy(asc(auditLog.seq))
    .limit(20);
}

/** Whose entries somebody may read: all, or those of the envs they govern and their own, everywhere or in some envs. */
export type AuditScope =
  | "all"
  | { readonly envIds: readonly EnvId[]; readonly actorId: string; readonly ownIn: EnvScope };

const partOf = listOf("auditLog", {
  sorts: { seq: [] },
  unique: auditLog.seq,
});

/** Newest first. */
export async function listAuditEntries(
  db: Queryable,
  scope: AuditScope,
  { filter, list }: { readonly filter: AuditFilter; readonly list: ListRequest<"auditLog"> },
): Promise<Page<AuditEntry>> {
  const where = and(inAuditScope(scope), matchingFilter(filter));
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(auditLog)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(auditLog).where(where),
  });
}

/** The newest entries before one, newest first: for reading the whole log piece by piece. */
export async function listAuditEntriesBefore(
  db: Queryable,
  scope: AuditScope,
  {
    filter,
    before,
    limit,
  }: { readonly filter: AuditFilter; readonly before: number; readonly limit: number },
): Promise<AuditEntry[]> {
  return await db
    .select(shown)
    .from(auditLog)
    .where(and(inAuditScope(scope), matchingFilter(filter), lt(auditLog.seq, before)))
    .orderBy(desc(auditLog.seq))
    .limit(limit);
}

function inAuditScope(scope: AuditScope): SQL | undefined {
  if (scope === "all") return undefined;
  const own = and(eq(auditLog.actorId, scope.actorId), inEnvScope(auditLog.envId, scope.ownIn));
  return or(own, inArray(auditLog.envId, [...scope.envIds]));
}

function matchingFilter(filter: AuditFilter): SQL | undefined {
  return and(
    matching(auditLog.envId, filter.envId),
    matching(auditLog.actorKind, filter.actorKind),
    matching(auditLog.actorId, filter.actorId),
    matching(auditLog.action, filter.action),
    matching(auditLog.outcome, filter.outcome),
    matching(auditLog.entity, filter.entity),
    matching(auditLog.entityId, filter.entityId),
    filter.from && gte(auditLog.createdAt, filter.from),
    filter.to && lt(auditLog.createdAt, filter.to),
  );
}
