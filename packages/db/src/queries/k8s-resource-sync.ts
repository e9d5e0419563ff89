import type { ClusterId, DeploymentId, K8sResource, K8sResourceId, K8sResourceKind } from "@platz/domain";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, k8sResources } from "../schema/index.ts";

/** A statement takes 65,535 parameters at most, and the first list of a large cluster comes all at once. */
const ROWS_MAX = 1_000;

function* piecesOf<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += ROWS_MAX) yield items.slice(start, start + ROWS_MAX);
}

/** A workload as a watch has shown it. */
export type SeenResource = Omit<K8sResource, "lastUpdatedAt">;

/** Which of these deployments are on this cluster: a namespace elsewhere may claim anything. */
export async function deploymentsOnCluster(
  db: Queryable,
  clusterId: ClusterId,
  ids: readonly DeploymentId[],
): Promise<ReadonlySet<DeploymentId>> {
  const found = new Set<DeploymentId>();
  for (const some of piecesOf(ids)) {
    const rows = await db
      .select({ id: deployments.id })
      .from(deployments)
      .where(and(eq(deployments.clusterId, clusterId), inArray(deployments.id, some)));
    for (const { id } of rows) found.add(id);
  }
  return found;
}

/** Writes what is shown of workloads; a row that shows the same already is left alone. Says how many were written. */
export async function upsertResources(db: Queryable, seen: readonly SeenResource[]): Promise<number> {
  let written = 0;
  for (const some of piecesOf(seen)) written += await upsertSome(db, some);
  return written;
}

async function upsertSome(db: Queryable, seen: SeenResource[]): Promise<number> {
  const rows = await db
    .insert(k8sResources)
    .values(seen)
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
  for (const some of piecesOf(ids)) {
    await db
      .delete(k8sResources)
      .where(and(eq(k8sResources.clusterId, clusterId), inArray(k8sResources.id, some)));
  }
}

/** A row of a workload, as far as it takes to say whether it still belongs there. */
export interface ShownResource {
  readonly id: K8sResourceId;
  readonly deploymentId: DeploymentId;
  readonly namespace: string | null;
}

/** Removes rows of a kind that are not to be kept; says how many there were. */
export async function deleteOtherResources(
  db: Queryable,
  {
    clusterId,
    kind,
    keep,
  }: { clusterId: ClusterId; kind: K8sResourceKind; keep: (row: ShownResource) => boolean },
): Promise<number> {
  const rows = await db
    .select({
      id: k8sResources.id,
      deploymentId: k8sResources.deploymentId,
      namespace: sql<string | null>`${k8sResources.metadata} ->> 'namespace'`,
    })
    .from(k8sResources)
    .where(and(eq(k8sResources.clusterId, clusterId), eq(k8sResources.kind, kind)));
  const gone = rows.filter((row) => !keep(row)).map(({ id }) => id);
  await deleteResources(db, clusterId, gone);
  return gone.length;
}
