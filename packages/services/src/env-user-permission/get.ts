import { findEnvUserPermission } from "@platz/db/queries/env-user-permissions";
import { type EnvUserPermission, type EnvUserPermissionId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getEnvUserPermission(
  { db, scope }: ServiceContext,
  id: EnvUserPermissionId,
): Promise<EnvUserPermission> {
  const permission = await findEnvUserPermission(db, id, scope.envs);
  if (!permission) throw new NotFound("permission", id);
  return permission;
}
