import { type K8sResourceFilter, listK8sResources as queryResources } from "@platz/db/queries/k8s-resources";
import type { K8sResource, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Workloads as the clusters of the caller's envs last showed them. */
export async function listK8sResources(
  { db, scope, totals }: ServiceContext,
  { page, sort, ...filter }: K8sResourceFilter & ListRequest<"k8sResources">,
): Promise<Page<K8sResource>> {
  return await queryResources(db, scope.envs, { filter, list: { page, sort, totals } });
}
