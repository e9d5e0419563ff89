import {
  listDeploymentResources as queryResources,
  type ResourceFilter,
} from "@platz/db/queries/deployment-resources";
import type { DeploymentResource, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { toldResources } from "./told-resources.ts";

/** The resources that deployments of the caller's envs manage, without their secrets. */
export async function listDeploymentResources(
  context: ServiceContext,
  { page, sort, ...filter }: ResourceFilter & ListRequest<"deploymentResources">,
): Promise<Page<DeploymentResource>> {
  const found = await queryResources(context.db, context.scope.envs, { filter, list: { page, sort } });
  return { ...found, items: await toldResources(context, found.items) };
}
