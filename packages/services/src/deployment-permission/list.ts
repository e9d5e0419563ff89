import {
  type DeploymentRightFilter,
  listDeploymentPermissions as queryPermissions,
} from "@platz/db/queries/deployment-permissions";
import type { DeploymentPermission, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who may work with which kinds of deployment in the caller's envs. */
export async function listDeploymentPermissions(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: DeploymentRightFilter & ListRequest<"deploymentPermissions">,
): Promise<Page<DeploymentPermission>> {
  return await queryPermissions(db, scope.envs, { filter, list: { page, sort } });
}
