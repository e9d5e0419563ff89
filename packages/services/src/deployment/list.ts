import {
  type DeploymentFilter,
  type DeploymentSummary,
  listDeployments as queryDeployments,
} from "@platz/db/queries/deployments";
import type { Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The deployments of the caller's envs, oldest first, without their inputs. */
export async function listDeployments(
  { db, scope }: ServiceContext,
  { page, ...filter }: DeploymentFilter & { readonly page: PageRequest },
): Promise<Page<DeploymentSummary>> {
  return await queryDeployments(db, scope.envs, { filter, page });
}
