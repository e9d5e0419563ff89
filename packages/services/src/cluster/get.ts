import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import { type ClusterId, type K8sCluster, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getCluster({ db, scope }: ServiceContext, id: ClusterId): Promise<K8sCluster> {
  const cluster = await findK8sCluster(db, id, scope.envs);
  if (!cluster) throw new NotFound("cluster", id);
  return cluster;
}
