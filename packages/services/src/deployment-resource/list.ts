import {
  listDeploymentResources as queryResources,
  type ResourceFilter,
} from "@platz/db/queries/deployment-resources";
import type { DeploymentResource, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { withoutSecretProps } from "./type-spec.ts";

/** The resources that deployments of the caller's envs manage, without their secrets. */
export async function listDeploymentResources(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: ResourceFilter & ListRequest<"deploymentResources">,
): Promise<Page<DeploymentResource>> {
  const found = await queryResources(db, scope.envs, { filter, list: { page, sort } });
  return { ...found, items: found.items.map(withoutSecretProps) };
}
