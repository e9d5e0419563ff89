import { isUniqueViolation } from "@platz/db";
import { listDeploymentsOn } from "@platz/db/queries/deployments";
import { shareEnv } from "@platz/db/queries/envs";
import { findK8sClusterOfDomain, lockK8sCluster, updateK8sClusterRow } from "@platz/db/queries/k8s-clusters";
import { Conflict, type K8sCluster, NotFound, type UpdateK8sCluster } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabels } from "../deployment/deployment-label.ts";

/**
 * Puts a cluster to use or out of it, into an env, and sets its ingress. A cluster with deployments keeps its env:
 * what they refer to (secrets, permissions) would stay behind (W-29).
 */
export async function updateCluster(context: ServiceContext, input: UpdateK8sCluster): Promise<K8sCluster> {
  requireSiteAdmin(context, "change a cluster");
  try {
    return await inTransaction(context, (context) => update(context, input));
  } catch (error) {
    if (isUniqueViolation(error, "k8s_clusters__ingress_domain")) throw await domainTaken(context, input);
    throw error;
  }
}

async function update({ db }: ServiceContext, input: UpdateK8sCluster): Promise<K8sCluster> {
  const cluster = await lockK8sCluster(db, input.id);
  if (!cluster) throw new NotFound("cluster", input.id);
  const { envId } = input;
  if (envId !== undefined && envId !== cluster.envId) {
    if (envId !== null && !(await shareEnv(db, envId))) throw new NotFound("env", envId);
    const deployments = await listDeploymentsOn(db, { clusterId: cluster.id });
    if (deployments.length > 0) {
      throw new Conflict(
        `The cluster ${cluster.name} still has deployments, so it keeps its env: delete or move ${deploymentLabels(deployments)} first.`,
      );
    }
  }
  const changes = Object.values({ ...input, id: undefined }).filter((value) => value !== undefined);
  if (changes.length === 0) return cluster;
  return (await updateK8sClusterRow(db, input)) ?? cluster;
}

async function domainTaken({ db }: ServiceContext, { ingressDomain }: UpdateK8sCluster): Promise<Conflict> {
  const other = ingressDomain ? await findK8sClusterOfDomain(db, ingressDomain) : undefined;
  return new Conflict(
    `The ingress domain ${ingressDomain} belongs to ${other ? `the cluster ${other.name}` : "another cluster"} already: choose another one.`,
  );
}
