import { findResourceType, type ResourceTypeOfKind } from "@platz/db/queries/deployment-resource-types";
import { type DeploymentResourceTypeId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getResourceType(
  { db, scope }: ServiceContext,
  id: DeploymentResourceTypeId,
): Promise<ResourceTypeOfKind> {
  const type = await findResourceType(db, id, scope.envs);
  if (!type) throw new NotFound("resource type", id);
  return type;
}
