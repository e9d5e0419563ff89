import type { DeploymentStatus, DeploymentTaskStatus } from "@platz/domain";
import { count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds, deployments, deploymentTasks, k8sClusters } from "../schema/index.ts";

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
