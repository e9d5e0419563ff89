import { findDeployment } from "@platz/db/queries/deployments";
import { findUpgradePolicy } from "@platz/db/queries/upgrade-policies";
import { type DeploymentId, NotFound, type UpgradePolicy } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** What a deployment follows, `null` when nothing, for whoever sees the deployment. */
export async function getUpgradePolicy(
  { db, scope }: ServiceContext,
  deploymentId: DeploymentId,
): Promise<UpgradePolicy | null> {
  const deployment = await findDeployment(db, deploymentId, scope.envs);
  if (!deployment) throw new NotFound("deployment", deploymentId);
  return (await findUpgradePolicy(db, deploymentId)) ?? null;
}
