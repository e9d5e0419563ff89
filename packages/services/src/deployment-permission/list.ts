import {
  type DeploymentRightFilter,
  listDeploymentPermissions as queryPermissions,
} from "@platz/db/queries/deployment-permissions";
import type { DeploymentPermission, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who may work with which kinds of deployment in the caller's envs. */
export async function listDeploymentPermissions(
  { db, scope }: ServiceContext,
  { page, ...filter }: DeploymentRightFilter & { readonly page: PageRequest },
): Promise<Page<DeploymentPermission>> {
  return await queryPermissions(db, scope.envs, { filter, page });
}
