import { readAuditHead } from "@platz/db/queries/audit-chain";
import type { AuditHead } from "@platz/domain";
import type { ServiceContext } from "../../context.ts";

/** How far the audit log is chained. Whoever keeps it elsewhere can tell later whether anything up to there was changed. */
export async function getAuditHead({ db }: ServiceContext): Promise<AuditHead> {
  return await readAuditHead(db);
}
