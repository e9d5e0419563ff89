import { findDeployment } from "@platz/db/queries/deployments";
import { type ClusterId, type DeploymentId, NotFound } from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import type { ServiceContext } from "../context.ts";

/**
 * Where the pods of a deployment are, for those who may change it. What applications write into their logs, and what
 * probes make of their answers in events, may be secret; those who may change a deployment can have its secrets anyhow.
 */
export async function podPlace(
  context: ServiceContext,
  deploymentId: DeploymentId,
  to: string,
): Promise<{
  readonly clusterId: ClusterId;
  readonly place: { readonly deploymentId: DeploymentId; readonly namespace: string };
}> {
  const deployment = await findDeployment(context.db, deploymentId, context.scope.envs);
  if (!deployment) throw new NotFound("deployment", deploymentId);
  await requireDeploymentMaintainer(context, deployment, to);
  const { clusterId, namespace } = deployment;
  return { clusterId, place: { deploymentId, namespace } };
}
