import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { type DeploymentId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** A deployment of one of the caller's envs. */
export async function getDeployment(context: ServiceContext, id: DeploymentId): Promise<PlacedDeployment> {
  const deployment = await findDeployment(context.db, id, context.scope.envs);
  if (!deployment) throw new NotFound("deployment", id);
  return deployment;
}
