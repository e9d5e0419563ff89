import type { Deployment, DeploymentId, HelmChart, K8sCluster, ReportedStatus } from "@platz/domain";
import { and, asc, eq, isNotNull, or, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, deploymentTasks, helmCharts, k8sClusters } from "../schema/index.ts";

/** An enabled deployment that is installed, with the chart that it is installed from and its cluster. */
export interface LiveDeployment {
  readonly deployment: Pick<
    Deployment,
    "id" | "name" | "namespace" | "status" | "revisionId" | "reportedStatus"
  >;
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
        name: deployments.name,
        namespace: deployments.namespace,
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

/** Stores a status if it says something else than the stored one; a newer time alone is no news. */
export async function saveReportedStatus(
  db: Queryable,
  id: DeploymentId,
  reported: ReportedStatus,
): Promise<boolean> {
  const { timestamp: _, ...news } = reported;
  const rows = await db
    .update(deployments)
    .set({ reportedStatus: reported })
    .where(
      and(
        eq(deployments.id, id),
        sql`(${deployments.reportedStatus} - 'timestamp') is distinct from ${JSON.stringify(news)}::text::jsonb`,
      ),
    )
    .returning({ id: deployments.id });
  return rows.length > 0;
}

/** Removes the status of a deployment that is not asked any more. Writes nothing when there is none. */
export async function clearReportedStatus(db: Queryable, id: DeploymentId): Promise<boolean> {
  const rows = await db
    .update(deployments)
    .set({ reportedStatus: null })
    .where(and(eq(deployments.id, id), isNotNull(deployments.reportedStatus)))
    .returning({ id: deployments.id });
  return rows.length > 0;
}
