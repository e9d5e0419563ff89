import { listAuditEntriesBefore } from "@platz/db/queries/audit-log";
import type { AuditEntry, AuditFilter } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { auditScope } from "./audit-scope.ts";

const PIECE = 500;

/**
 * All entries that the caller may know of and that match, newest first, piece by piece: however long the log is. Who asks
 * is looked at anew for each piece: `caller` gives their rights as they are now, and throws when they have ended.
 */
export async function* exportAudit(
  caller: () => Promise<ServiceContext>,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry, void> {
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const context = await caller();
    const entries = await listAuditEntriesBefore(context.db, auditScope(context), {
      filter,
      before,
      limit: PIECE,
    });
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined || entries.length < PIECE) return;
    before = last.seq;
  }
}
