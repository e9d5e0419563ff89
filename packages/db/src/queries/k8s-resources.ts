import type {
  ClusterId,
  DeploymentId,
  K8sResource,
  K8sResourceId,
  K8sResourceKind,
  OneOf,
  Page,
} from "@platz/domain";
import { and, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { k8sResources } from "../schema/index.ts";
import { clustersOf, type EnvScope, onClusterOf } from "./env-scope.ts";
import { inFirstOfClusters } from "./first-of-clusters.ts";
import { type ListOptions, listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

export interface K8sResourceFilter {
  readonly clusterId?: OneOf<ClusterId> | undefined;
  readonly deploymentId?: OneOf<DeploymentId> | null | undefined;
  readonly kind?: OneOf<K8sResourceKind> | undefined;
  readonly name?: OneOf<string> | undefined;
}

const shown = {
  id: k8sResources.id,
  lastUpdatedAt: k8sResources.lastUpdatedAt,
  clusterId: k8sResources.clusterId,
  deploymentId: k8sResources.deploymentId,
  kind: k8sResources.kind,
  apiVersion: k8sResources.apiVersion,
  name: k8sResources.name,
  statusColor: k8sResources.statusColor,
  metadata: k8sResources.metadata,
};

const partOf = listOf("k8sResources", {
  sorts: {
    kind: [k8sResources.kind, k8sResources.name],
    name: [k8sResources.name],
    lastUpdatedAt: [k8sResources.lastUpdatedAt],
  },
  unique: k8sResources.id,
});

/** By kind and name. */
export async function listK8sResources(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: K8sResourceFilter; readonly list: ListOptions<"k8sResources"> },
): Promise<Page<K8sResource>> {
  const of = { scope };
  const clusters = clustersOf(of);
  const onCluster = onClusterOf(db, k8sResources.clusterId, of);
  const where = and(
    matching(k8sResources.clusterId, filter.clusterId),
    matching(k8sResources.deploymentId, filter.deploymentId),
    matching(k8sResources.kind, filter.kind),
    matching(k8sResources.name, filter.name),
  );
  return await partOf(list, where, {
    rows: (part) => {
      const isShort = filter.deploymentId !== undefined || filter.clusterId !== undefined;
      const found =
        clusters && !isShort
          ? inFirstOfClusters(part, {
              table: k8sResources,
              id: k8sResources.id,
              clusterId: k8sResources.clusterId,
              clusters,
            })
          : undefined;
      return db
        .select({ ...shown, ...part.place })
        .from(k8sResources)
        .where(found ?? and(onCluster, part.where))
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(found ? 0 : part.offset);
    },
    total: () => db.select({ n: count() }).from(k8sResources).where(and(onCluster, where)),
  });
}

export async function findK8sResource(
  db: Queryable,
  id: K8sResourceId,
  scope: EnvScope,
): Promise<K8sResource | undefined> {
  const [row] = await db
    .select(shown)
    .from(k8sResources)
    .where(and(eq(k8sResources.id, id), onClusterOf(db, k8sResources.clusterId, { scope })));
  return row;
}

/** A workload of this deployment, and of no other. */
export async function findK8sResourceOfDeployment(
  db: Queryable,
  deploymentId: DeploymentId,
  id: K8sResourceId,
): Promise<K8sResource | undefined> {
  const [row] = await db
    .select(shown)
    .from(k8sResources)
    .where(and(eq(k8sResources.id, id), eq(k8sResources.deploymentId, deploymentId)));
  return row;
}
