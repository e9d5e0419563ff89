import type { AuditScope } from "@platz/db/queries/audit-log";
import type { ServiceContext } from "../context.ts";

/** Site admins read every entry, admins of an env those of their envs, and everybody their own. */
export function auditScope({ identity, scope }: ServiceContext): AuditScope {
  return scope.isSiteAdmin ? "all" : { envIds: scope.adminOf, actorId: identity.id };
}
