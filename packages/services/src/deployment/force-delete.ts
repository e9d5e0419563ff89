import { listDependants } from "@platz/db/queries/deployment-references";
import { lockDeployment } from "@platz/db/queries/deployments";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import { Conflict, type DeploymentId, type K8sCluster, NotFound, PreconditionFailed } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabel, deploymentLabels } from "./deployment-label.ts";
import { forgetDeployment } from "./forget-deployment.ts";

/** How long nothing must have been heard of a cluster before it counts as gone. */
const SILENCE_MS = 15 * 60_000;

/**
 * Forgets a deployment whose cluster is gone for good, with its tasks: nothing is uninstalled, and what may still run
 * there runs on. Refused while the cluster answers, or while anything uses the deployment.
 */
export async function forceDeleteDeployment(context: ServiceContext, id: DeploymentId): Promise<void> {
  requireSiteAdmin(context, "forget a deployment whose cluster is gone");
  await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const deployment = await lockDeployment(db, id, { scope: scope.envs, strength: "update" });
    if (!deployment) throw new NotFound("deployment", id);
    requireGone(context, await findK8sCluster(db, deployment.clusterId, "all"));
    const dependants = await listDependants(db, { collection: "deployments", itemId: id });
    if (dependants.length > 0) {
      throw new Conflict(
        `${deploymentLabel(deployment)} is used by ${deploymentLabels(dependants)}: take it out of their inputs first.`,
      );
    }
    await forgetDeployment(context, deployment, "its cluster was gone");
  });
}

function requireGone({ now }: ServiceContext, cluster: K8sCluster | undefined): void {
  if (!cluster) return;
  const isSilent = now().getTime() - cluster.lastSeenAt.getTime() > SILENCE_MS;
  if (!cluster.isOk && isSilent) return;
  throw new PreconditionFailed(
    `The cluster ${cluster.name} answered within the last quarter of an hour: delete the deployment, and it is uninstalled first.`,
  );
}
