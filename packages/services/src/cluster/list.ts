import { type K8sClusterFilter, listK8sClusters } from "@platz/db/queries/k8s-clusters";
import type { K8sCluster, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The clusters of the caller's envs; site admins see those without an env too. */
export async function listClusters(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: K8sClusterFilter & ListRequest<"clusters">,
): Promise<Page<K8sCluster>> {
  return await listK8sClusters(db, scope.envs, { filter, list: { page, sort } });
}
