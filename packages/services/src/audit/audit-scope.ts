import type { AuditScope } from "@platz/db/queries/audit-log";
import type { ServiceContext } from "../context.ts";

/**
 * Site admins read every entry, admins of an env those of their envs, and everybody their own; through a token for some
 * envs those of its own that are about these.
 */
export function auditScope({ identity, scope, grant }: ServiceContext): AuditScope {
  if (scope.isSiteAdmin) return "all";
  return { envIds: scope.adminOf, actorId: identity.id, ownIn: grant.envIds ?? "all" };
}
