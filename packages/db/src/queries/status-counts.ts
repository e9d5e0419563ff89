import type { DeploymentStatus, DeploymentTaskStatus, ResourceSyncStatus } from "@platz/domain";
import { count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import {
  deploymentKinds,
  deploymentResources,
  deployments,
  deploymentTasks,
  k8sClusters,
} from "../schema/index.ts";

/** How many tasks there are in each status that has any. */
export async function countTasksByStatus(
  db: Queryable,
): Promise<readonly { readonly status: DeploymentTaskStatus; readonly count: number }[]> {
  return await db
    .select({ status: deploymentTasks.status, count: count() })
    .from(deploymentTasks)
    .groupBy(deploymentTasks.status);
}

export interface DeploymentCount {
  readonly kind: string;
  readonly cluster: string;
  readonly status: DeploymentStatus;
  readonly count: number;
}

/** How many deployments there are by kind, cluster and status, where there are any. */
export async function countDeploymentsByStatus(db: Queryable): Promise<readonly DeploymentCount[]> {
  return await db
    .select({
      kind: deploymentKinds.name,
      cluster: k8sClusters.name,
      status: deployments.status,
      count: count(),
    })
    .from(deployments)
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, deployments.kindId))
    .innerJoin(k8sClusters, eq(k8sClusters.id, deployments.clusterId))
    .groupBy(deploymentKinds.name, k8sClusters.name, deployments.status);
}

/** How many resources of deployments there are in each status that has any, without those that are gone. */
export async function countResourcesByStatus(
  db: Queryable,
): Promise<readonly { readonly status: ResourceSyncStatus; readonly count: number }[]> {
  return await db
    .select({ status: deploymentResources.syncStatus, count: count() })
    .from(deploymentResources)
    .where(eq(deploymentResources.exists, true))
    .groupBy(deploymentResources.syncStatus);
}
