import type {
  ClusterId,
  DeploymentId,
  K8sResource,
  K8sResourceId,
  K8sResourceKind,
  Page,
  PageRequest,
} from "@platz/domain";
import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { k8sClusters, k8sResources } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

export interface K8sResourceFilter {
  readonly clusterId?: ClusterId | undefined;
  readonly deploymentId?: DeploymentId | undefined;
  readonly kind?: K8sResourceKind | undefined;
  readonly name?: string | undefined;
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

/** By kind and name. */
export async function listK8sResources(
  db: Queryable,
  scope: EnvScope,
  { filter, page }: { readonly filter: K8sResourceFilter; readonly page: PageRequest },
): Promise<Page<K8sResource>> {
  const where = and(
    inEnvScope(k8sClusters.envId, scope),
    matching(k8sResources.clusterId, filter.clusterId),
    matching(k8sResources.deploymentId, filter.deploymentId),
    matching(k8sResources.kind, filter.kind),
    matching(k8sResources.name, filter.name),
  );
  const ofCluster = eq(k8sClusters.id, k8sResources.clusterId);
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select(shown)
        .from(k8sResources)
        .innerJoin(k8sClusters, ofCluster)
        .where(where)
        .orderBy(asc(k8sResources.kind), asc(k8sResources.name), asc(k8sResources.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(k8sResources).innerJoin(k8sClusters, ofCluster).where(where),
  });
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
