import {
  type DeploymentFilter,
  type DeploymentSummary,
  listDeployments as queryDeployments,
} from "@platz/db/queries/deployments";
import type { ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The deployments of the caller's envs, oldest first, without their inputs. */
export async function listDeployments(
  { db, scope, totals }: ServiceContext,
  { page, sort, ...filter }: DeploymentFilter & ListRequest<"deployments">,
): Promise<Page<DeploymentSummary>> {
  return await queryDeployments(db, scope.envs, { filter, list: { page, sort, totals } });
}
