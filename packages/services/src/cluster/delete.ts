import { listDeploymentsOn } from "@platz/db/queries/deployments";
import { deleteK8sClusterRow, lockK8sCluster } from "@platz/db/queries/k8s-clusters";
import { type ClusterId, Conflict, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabels } from "../deployment/deployment-label.ts";
import { auditedCluster } from "./audited-cluster.ts";

/** Forgets a cluster that has no deployments. One that its provider still names is found again, ignored at first. */
export async function deleteCluster(context: ServiceContext, id: ClusterId): Promise<void> {
  requireSiteAdmin(context, "delete a cluster");
  await inTransaction(context, async (context) => {
    const { db } = context;
    const cluster = await lockK8sCluster(db, id);
    if (!cluster) throw new NotFound("cluster", id);
    const deployments = await listDeploymentsOn(db, { clusterId: id });
    if (deployments.length > 0) {
      throw new Conflict(
        `The cluster ${cluster.name} still has deployments: delete or move ${deploymentLabels(deployments)} first.`,
      );
    }
    await deleteK8sClusterRow(db, id);
    await recordChange(context, { ...auditedCluster(cluster), before: cluster });
  });
}
