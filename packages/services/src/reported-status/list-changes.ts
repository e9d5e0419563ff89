import { findDeployment } from "@platz/db/queries/deployments";
import { listStatusChanges as queryChanges } from "@platz/db/queries/status-changes";
import { type DeploymentId, type ListRequest, NotFound, type Page, type StatusChange } from "@platz/domain";
import { keptBackFrom } from "../access/may-read-details.ts";
import type { ServiceContext } from "../context.ts";
import { toldChange } from "./told-status.ts";

/** What a deployment has reported and when that changed, newest first, for whoever sees the deployment. */
export async function listStatusChanges(
  context: ServiceContext,
  { page, sort, deploymentId }: ListRequest<"statusChanges"> & { readonly deploymentId: DeploymentId },
): Promise<Page<StatusChange>> {
  const { db, scope, totals } = context;
  const deployment = await findDeployment(db, deploymentId, scope.envs);
  if (!deployment) throw new NotFound("deployment", deploymentId);
  const found = await queryChanges(db, deploymentId, { page, sort, totals });
  const isKeptBack = (await keptBackFrom(context, [deploymentId])).has(deploymentId);
  return { ...found, items: found.items.map((change) => toldChange(change, isKeptBack)) };
}
