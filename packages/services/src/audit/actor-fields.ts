import type { NewAuditEntry } from "@platz/db/queries/audit-log";
import type { ServiceContext } from "../context.ts";

/** Who acts, by which procedure and from where, as the audit log keeps it. */
export function actorFields({
  identity,
  scope,
  origin,
}: ServiceContext): Pick<
  NewAuditEntry,
  "actorKind" | "actorId" | "actorLabel" | "action" | "requestId" | "address"
> {
  return {
    actorKind: identity.kind,
    actorId: identity.id,
    actorLabel: scope.label,
    action: origin?.action ?? "internal",
    requestId: origin?.requestId ?? null,
    address: origin?.address ?? null,
  };
}
