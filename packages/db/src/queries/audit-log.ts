import type { AuditEntry } from "@platz/domain";
import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { auditLog } from "../schema/index.ts";

export type NewAuditEntry = Omit<AuditEntry, "id" | "seq" | "createdAt">;

export async function insertAuditEntry(db: Queryable, entry: NewAuditEntry): Promise<void> {
  await db.insert(auditLog).values(entry);
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
