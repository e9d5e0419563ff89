import type { ClusterId, DeploymentId, K8sResource, K8sResourceId, K8sResourceKind } from "@platz/domain";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, k8sResources } from "../schema/index.ts";

/** A workload as a watch has shown it. */
export type SeenResource = Omit<K8sResource, "lastUpdatedAt">;

/** Which of these deployments are on this cluster: a namespace elsewhere may claim anything. */
export async function deploymentsOnCluster(
  db: Queryable,
  clusterId: ClusterId,
  ids: readonly DeploymentId[],
): Promise<ReadonlySet<DeploymentId>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ id: deployments.id })
    .from(deployments)
    .where(and(eq(deployments.clusterId, clusterId), inArray(deployments.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

/** Writes what is shown of workloads; a row that shows the same already is left alone. Says how many were written. */
export async function upsertResources(db: Queryable, seen: readonly SeenResource[]): Promise<number> {
  if (seen.length === 0) return 0;
  const rows = await db
    .insert(k8sResources)
    .values([...seen])
    .onConflictDoUpdate({
      target: k8sResources.id,
      set: {
        lastUpdatedAt: sql`now()`,
        deploymentId: sql`excluded.deployment_id`,
        statusColor: sql`excluded.status_color`,
        metadata: sql`excluded.metadata`,
      },
      setWhere: sql`(${k8sResources.deploymentId}, ${k8sResources.statusColor}, ${k8sResources.metadata})
        is distinct from (excluded.deployment_id, excluded.status_color, excluded.metadata)`,
    })
    .returning({ id: k8sResources.id });
  return rows.length;
}

export async function deleteResources(
  db: Queryable,
  clusterId: ClusterId,
  ids: readonly K8sResourceId[],
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .delete(k8sResources)
    .where(and(eq(k8sResources.clusterId, clusterId), inArray(k8sResources.id, [...ids])));
}

/** Removes rows of a kind that the cluster does not have any more; says how many there were. */
export async function deleteOtherResources(
  db: Queryable,
  { clusterId, kind, present }: { clusterId: ClusterId; kind: K8sResourceKind; present: ReadonlySet<string> },
): Promise<number> {
  const rows = await db
    .select({ id: k8sResources.id })
    .from(k8sResources)
    .where(and(eq(k8sResources.clusterId, clusterId), eq(k8sResources.kind, kind)));
  const gone = rows.map(({ id }) => id).filter((id) => !present.has(id));
  await deleteResources(db, clusterId, gone);
  return gone.length;
}
