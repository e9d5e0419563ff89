import { findDeploymentResource } from "@platz/db/queries/deployment-resources";
import { type DeploymentResource, type DeploymentResourceId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { toldResources } from "./told-resources.ts";

/** A resource without its secrets. */
export async function getDeploymentResource(
  context: ServiceContext,
  id: DeploymentResourceId,
): Promise<DeploymentResource> {
  const resource = await findDeploymentResource(context.db, id, context.scope.envs);
  if (!resource) throw new NotFound("resource", id);
  const [told] = await toldResources(context, [resource]);
  if (!told) throw new NotFound("resource", id);
  return told;
}
