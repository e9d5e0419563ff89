import { findDeploymentPermission } from "@platz/db/queries/deployment-permissions";
import { type DeploymentPermission, type DeploymentPermissionId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getDeploymentPermission(
  { db, scope }: ServiceContext,
  id: DeploymentPermissionId,
): Promise<DeploymentPermission> {
  const permission = await findDeploymentPermission(db, id, scope.envs);
  if (!permission) throw new NotFound("permission", id);
  return permission;
}
