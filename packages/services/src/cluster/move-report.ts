import { listReferencesOf } from "@platz/db/queries/deployment-references";
import { listDeploymentsOn } from "@platz/db/queries/deployments";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import { listStrandedUsers } from "@platz/db/queries/resource-moves";
import { listSecretNames } from "@platz/db/queries/secrets";
import { type ClusterId, type ClusterMoveReport, type EnvId, type K8sCluster, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import type { ServiceContext } from "../context.ts";
import { deploymentLabel } from "../deployment/deployment-label.ts";
import { strandedText } from "../resource-offer/stranded-text.ts";

/** What would happen if a cluster moved to another env, or to none. Nothing is changed (W-29). */
export async function getClusterMoveReport(
  context: ServiceContext,
  { id, envId }: { readonly id: ClusterId; readonly envId: EnvId | null },
): Promise<ClusterMoveReport> {
  requireSiteAdmin(context, "move a cluster");
  const cluster = await findK8sCluster(context.db, id, context.scope.envs);
  if (!cluster) throw new NotFound("cluster", id);
  return await reportClusterMove(context, cluster, envId);
}

/** The report for a cluster that has been read already. */
export async function reportClusterMove(
  { db }: ServiceContext,
  cluster: K8sCluster,
  envId: EnvId | null,
): Promise<ClusterMoveReport> {
  const placed = await listDeploymentsOn(db, { clusterId: cluster.id });
  const references = await listReferencesOf(
    db,
    placed.map(({ id }) => id),
    "secrets",
  );
  const names = new Map(
    (
      await listSecretNames(
        db,
        references.map(({ itemId }) => itemId),
      )
    ).map(({ id, collection, name }) => [id as string, `${collection}/${name}`]),
  );
  const deployments = placed.map((deployment) => ({
    id: deployment.id,
    label: deploymentLabel(deployment),
    enabled: deployment.enabled,
    secretsLeftBehind: references
      .filter(({ deploymentId }) => deploymentId === deployment.id)
      .map(({ itemId }) => names.get(itemId) ?? itemId),
  }));
  const ids = placed.map(({ id }) => id);
  const stranded = envId === null ? [] : await listStrandedUsers(db, ids, envId);
  const obstacle =
    obstacleOf(cluster, envId, deployments) ?? (stranded.length > 0 ? strandedText(stranded) : null);
  return { deployments, obstacle };
}

function obstacleOf(
  { name }: K8sCluster,
  envId: EnvId | null,
  deployments: ClusterMoveReport["deployments"],
): string | null {
  if (deployments.length === 0) return null;
  const labels = (some: ClusterMoveReport["deployments"]) => some.map(({ label }) => label).join(", ");
  if (envId === null) {
    return `The cluster ${name} still has deployments, so it cannot be taken out of its env: delete or move ${labels(deployments)} first.`;
  }
  const bound = deployments.filter(({ secretsLeftBehind }) => secretsLeftBehind.length > 0);
  if (bound.length === 0) return null;
  return `${labels(bound)} on the cluster ${name} use secrets of its env, which would stay behind: take them out of their inputs first.`;
}
