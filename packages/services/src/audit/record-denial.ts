import { insertAuditEntry } from "@platz/db/queries/audit-log";
import type { ServiceContext } from "../context.ts";
import { actorFields } from "./actor-fields.ts";

/** Writes that somebody was refused, and why, into the audit log. The refused work itself has been rolled back. */
export async function recordDenial(context: ServiceContext, reason: string): Promise<void> {
  await insertAuditEntry(context.db, {
    ...actorFields(context),
    outcome: "Denied",
    entity: null,
    entityId: null,
    entityLabel: null,
    envId: null,
    version: null,
    changes: null,
    reason,
  });
}
