import { shareEnv } from "@platz/db/queries/envs";
import { shareK8sCluster } from "@platz/db/queries/k8s-clusters";
import { type ClusterId, type EnvId, type K8sCluster, NotFound, PreconditionFailed } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export type UsableCluster = K8sCluster & { readonly envId: EnvId };

/** The cluster, if deployments may be put on it: in use and in an env, which both stay so until the transaction ends. */
export async function requireUsableCluster(context: ServiceContext, id: ClusterId): Promise<UsableCluster> {
  const cluster = await shareK8sCluster(context.db, id, context.scope.envs);
  if (!cluster) throw new NotFound("cluster", id);
  const { envId } = cluster;
  if (envId === null || !(await shareEnv(context.db, envId))) {
    throw new PreconditionFailed(
      `The cluster ${cluster.name} belongs to no env: ask a site admin to put it into one first.`,
    );
  }
  if (cluster.ignore) {
    throw new PreconditionFailed(
      `The cluster ${cluster.name} is not in use: ask a site admin to put it to use, or choose another cluster.`,
    );
  }
  return { ...cluster, envId };
}
