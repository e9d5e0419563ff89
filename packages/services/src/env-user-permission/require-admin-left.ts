import { lockEnvAdmins } from "@platz/db/queries/env-user-permissions";
import { Conflict, type EnvUserPermission } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Refuses to take the last admin from an env, unless a site admin does it: nobody could let people in any more. */
export async function requireAdminLeft(
  { db, scope }: ServiceContext,
  { id, envId, role }: EnvUserPermission,
): Promise<void> {
  if (role !== "Admin" || scope.isSiteAdmin) return;
  const admins = await lockEnvAdmins(db, envId);
  if (admins.some((other) => other !== id)) return;
  throw new Conflict("This is the last admin of the env: make somebody else an admin first.");
}
