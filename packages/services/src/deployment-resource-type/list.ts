import {
  listResourceTypes as queryTypes,
  type ResourceTypeFilter,
  type ResourceTypeOfKind,
} from "@platz/db/queries/deployment-resource-types";
import type { ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The types of resources that deployments in the caller's envs manage. */
export async function listResourceTypes(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: ResourceTypeFilter & ListRequest<"deploymentResourceTypes">,
): Promise<Page<ResourceTypeOfKind>> {
  return await queryTypes(db, scope.envs, { filter, list: { page, sort } });
}
