import { findDeployment } from "@platz/db/queries/deployments";
import { listStatusChanges as queryChanges } from "@platz/db/queries/status-changes";
import { type DeploymentId, type ListRequest, NotFound, type Page, type StatusChange } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** What a deployment has reported and when that changed, newest first, for whoever sees the deployment. */
export async function listStatusChanges(
  { db, scope, totals }: ServiceContext,
  { page, sort, deploymentId }: ListRequest<"statusChanges"> & { readonly deploymentId: DeploymentId },
): Promise<Page<StatusChange>> {
  const deployment = await findDeployment(db, deploymentId, scope.envs);
  if (!deployment) throw new NotFound("deployment", deploymentId);
  return await queryChanges(db, deploymentId, { page, sort, totals });
}
