import { findDeploymentResource } from "@platz/db/queries/deployment-resources";
import { type DeploymentResource, type DeploymentResourceId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { withoutSecretProps } from "./type-spec.ts";

/** A resource without its secrets. */
export async function getDeploymentResource(
  { db, scope }: ServiceContext,
  id: DeploymentResourceId,
): Promise<DeploymentResource> {
  const resource = await findDeploymentResource(db, id, scope.envs);
  if (!resource) throw new NotFound("resource", id);
  return withoutSecretProps(resource);
}
