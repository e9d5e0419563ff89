import { listAuditEntries } from "@platz/db/queries/audit-log";
import type { AuditEntry, AuditFilter, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { auditScope } from "./audit-scope.ts";

/** Who changed what and who was refused, newest first, as far as the caller may know. */
export async function listAudit(
  context: ServiceContext,
  { page, sort, ...filter }: AuditFilter & ListRequest<"auditLog">,
): Promise<Page<AuditEntry>> {
  return await listAuditEntries(context.db, auditScope(context), { filter, list: { page, sort } });
}
