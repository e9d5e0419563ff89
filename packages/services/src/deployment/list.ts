import {
  type DeploymentFilter,
  type DeploymentSummary,
  listDeployments as queryDeployments,
} from "@platz/db/queries/deployments";
import type { ListRequest, Page } from "@platz/domain";
import { keptBackFrom } from "../access/may-read-details.ts";
import type { ServiceContext } from "../context.ts";
import { toldDeployment } from "./told-deployment.ts";

/** The deployments of the caller's envs, oldest first, without their inputs. */
export async function listDeployments(
  context: ServiceContext,
  { page, sort, ...filter }: DeploymentFilter & ListRequest<"deployments">,
): Promise<Page<DeploymentSummary>> {
  const { db, scope, totals } = context;
  const found = await queryDeployments(db, scope.envs, { filter, list: { page, sort, totals } });
  const detailed = found.items.filter(
    ({ reason, reportedStatus }) => reason !== null || reportedStatus !== null,
  );
  const keptBack = await keptBackFrom(
    context,
    detailed.map(({ id }) => id),
  );
  return { ...found, items: found.items.map((item) => toldDeployment(item, keptBack)) };
}
