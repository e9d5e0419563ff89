import { type K8sResourceFilter, listK8sResources as queryResources } from "@platz/db/queries/k8s-resources";
import type { K8sResource, ListRequest, Page } from "@platz/domain";
import { keptBackFrom } from "../access/may-read-details.ts";
import type { ServiceContext } from "../context.ts";
import { toldResource } from "./told-resource.ts";

/** Workloads as the clusters of the caller's envs last showed them. */
export async function listK8sResources(
  context: ServiceContext,
  { page, sort, ...filter }: K8sResourceFilter & ListRequest<"k8sResources">,
): Promise<Page<K8sResource>> {
  const { db, scope, totals } = context;
  const found = await queryResources(db, scope.envs, { filter, list: { page, sort, totals } });
  const keptBack = await keptBackFrom(
    context,
    found.items.map(({ deploymentId }) => deploymentId),
  );
  return { ...found, items: found.items.map((resource) => toldResource(resource, keptBack)) };
}
