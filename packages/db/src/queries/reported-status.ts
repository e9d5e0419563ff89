import type { Deployment, DeploymentId, HelmChart, K8sCluster, ReportedStatus } from "@platz/domain";
import { and, asc, eq, isNotNull, or, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, deploymentTasks, helmCharts, k8sClusters } from "../schema/index.ts";

/** An enabled deployment that is installed, with the chart that it is installed from and its cluster. */
export interface LiveDeployment {
  readonly deployment: Pick<Deployment, "id" | "hostLabel" | "status" | "revisionId" | "reportedStatus">;
  readonly chart: Pick<HelmChart, "features">;
  readonly cluster: Pick<K8sCluster, "id" | "name" | "ingressDomain">;
}

/** A deployment as whoever asks for its status needs it; `undefined` when it is gone, disabled or not installed. */
export async function findLiveDeployment(
  db: Queryable,
  id: DeploymentId,
): Promise<LiveDeployment | undefined> {
  const [row] = await db
    .select({
      deployment: {
        id: deployments.id,
        hostLabel: deployments.hostLabel,
        status: deployments.status,
        revisionId: deployments.revisionId,
        reportedStatus: deployments.reportedStatus,
      },
      chart: { features: helmCharts.features },
      cluster: { id: k8sClusters.id, name: k8sClusters.name, ingressDomain: k8sClusters.ingressDomain },
    })
    .from(deployments)
    .innerJoin(deploymentTasks, eq(deploymentTasks.id, deployments.revisionId))
    // The chart of the revision, not the one that the deployment shall have next.
    .innerJoin(helmCharts, eq(helmCharts.id, sql`(${deploymentTasks.operation} ->> 'helmChartId')::uuid`))
    .innerJoin(k8sClusters, eq(k8sClusters.id, deployments.clusterId))
    .where(and(eq(deployments.id, id), eq(deployments.enabled, true)));
  return row;
}

/** Every deployment that may have to be asked for its status, or has one that may have to go. Oldest first. */
export async function listStatusCandidateIds(db: Queryable): Promise<DeploymentId[]> {
  const rows = await db
    .select({ id: deployments.id })
    .from(deployments)
    .where(
      or(
        and(eq(deployments.enabled, true), isNotNull(deployments.revisionId)),
        isNotNull(deployments.reportedStatus),
      ),
    )
    .orderBy(asc(deployments.createdAt), asc(deployments.id));
  return rows.map(({ id }) => id);
}

/** Whether a status is stored for the deployment. */
export async function hasReportedStatus(db: Queryable, id: DeploymentId): Promise<boolean> {
  const isStored = and(eq(deployments.id, id), isNotNull(deployments.reportedStatus));
  return (await db.select({ id: deployments.id }).from(deployments).where(isStored)).length > 0;
}

/** The stored status of a deployment, held against other reports until the transaction ends; `undefined`: it is gone. */
export async function lockReportedStatus(
  db: Queryable,
  id: DeploymentId,
): Promise<{ readonly reportedStatus: ReportedStatus | null } | undefined> {
  const [row] = await db
    .select({ reportedStatus: deployments.reportedStatus })
    .from(deployments)
    .where(eq(deployments.id, id))
    .for("no key update");
  return row;
}

export async function setReportedStatus(
  db: Queryable,
  id: DeploymentId,
  reportedStatus: ReportedStatus | null,
): Promise<void> {
  await db.update(deployments).set({ reportedStatus }).where(eq(deployments.id, id));
}
