import type { ClusterId, EnvId, K8sCluster, ListRequest, OneOf, Page, UpdateK8sCluster } from "@platz/domain";
import { and, asc, count, eq, gt, isNotNull, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { k8sClusters } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { containing, matching } from "./matching.ts";

/** What people and charts may know of a cluster; leases are the agents' own business. */
const shown = {
  id: k8sClusters.id,
  envId: k8sClusters.envId,
  providerId: k8sClusters.providerId,
  createdAt: k8sClusters.createdAt,
  version: k8sClusters.version,
  lastSeenAt: k8sClusters.lastSeenAt,
  name: k8sClusters.name,
  regionName: k8sClusters.regionName,
  isOk: k8sClusters.isOk,
  notOkReason: k8sClusters.notOkReason,
  ignore: k8sClusters.ignore,
  ingressDomain: k8sClusters.ingressDomain,
  ingressClass: k8sClusters.ingressClass,
  ingressTlsSecretName: k8sClusters.ingressTlsSecretName,
  grafanaUrl: k8sClusters.grafanaUrl,
  grafanaDatasourceName: k8sClusters.grafanaDatasourceName,
};

export interface K8sClusterFilter {
  readonly envId?: OneOf<EnvId> | null | undefined;
  readonly name?: string | undefined;
}

const partOf = listOf("clusters", {
  sorts: { createdAt: [k8sClusters.createdAt], name: [k8sClusters.name] },
  unique: k8sClusters.id,
});

export async function listK8sClusters(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: K8sClusterFilter; readonly list: ListRequest<"clusters"> },
): Promise<Page<K8sCluster>> {
  const where = and(
    inEnvScope(k8sClusters.envId, scope),
    matching(k8sClusters.envId, filter.envId),
    containing(k8sClusters.name, filter.name),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(k8sClusters)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(k8sClusters).where(where),
  });
}

export async function findK8sCluster(
  db: Queryable,
  id: ClusterId,
  scope: EnvScope,
): Promise<K8sCluster | undefined> {
  const [row] = await db
    .select(shown)
    .from(k8sClusters)
    .where(and(eq(k8sClusters.id, id), inEnvScope(k8sClusters.envId, scope)));
  return row;
}

/** The cluster, held against other edits until the transaction ends. */
export async function lockK8sCluster(db: Queryable, id: ClusterId): Promise<K8sCluster | undefined> {
  const [row] = await db.select(shown).from(k8sClusters).where(eq(k8sClusters.id, id)).for("update");
  return row;
}

/** The cluster, held only against edits and moves to another env: what a new deployment on it relies on. */
export async function shareK8sCluster(
  db: Queryable,
  id: ClusterId,
  scope: EnvScope,
): Promise<K8sCluster | undefined> {
  const [row] = await db
    .select(shown)
    .from(k8sClusters)
    .where(and(eq(k8sClusters.id, id), inEnvScope(k8sClusters.envId, scope)))
    .for("key share");
  return row;
}

export async function findK8sClusterOfDomain(
  db: Queryable,
  ingressDomain: string,
): Promise<{ id: ClusterId; name: string } | undefined> {
  const [row] = await db
    .select({ id: k8sClusters.id, name: k8sClusters.name })
    .from(k8sClusters)
    .where(eq(k8sClusters.ingressDomain, ingressDomain));
  return row;
}

/** Saves an edit and counts it. */
export async function updateK8sClusterRow(
  db: Queryable,
  { id, ...changes }: Omit<UpdateK8sCluster, "version" | "confirmMove">,
): Promise<K8sCluster | undefined> {
  const [row] = await db
    .update(k8sClusters)
    .set({ ...changes, version: sql`${k8sClusters.version} + 1` })
    .where(eq(k8sClusters.id, id))
    .returning(shown);
  return row;
}

/** Throws a foreign-key violation while deployments are on it. */
export async function deleteK8sClusterRow(db: Queryable, id: ClusterId): Promise<void> {
  await db.delete(k8sClusters).where(eq(k8sClusters.id, id));
}

export async function detachK8sClustersOfEnv(db: Queryable, envId: EnvId): Promise<void> {
  await db.update(k8sClusters).set({ envId: null }).where(eq(k8sClusters.envId, envId));
}

/** The first cluster in use for which an agent works now. */
export async function findAnsweringCluster(db: Queryable): Promise<ClusterId | undefined> {
  const [row] = await db
    .select({ id: k8sClusters.id })
    .from(k8sClusters)
    .where(
      and(
        isNotNull(k8sClusters.envId),
        eq(k8sClusters.ignore, false),
        eq(k8sClusters.isOk, true),
        gt(k8sClusters.leaseExpiresAt, sql`now()`),
      ),
    )
    .orderBy(asc(k8sClusters.createdAt), asc(k8sClusters.id))
    .limit(1);
  return row?.id;
}

/** What decides whether tasks of a cluster can run now. */
export interface ClusterHealth {
  readonly name: string;
  readonly ignore: boolean;
  readonly isOk: boolean;
  readonly notOkReason: string | null;
  readonly notOkSince: Date | null;
  readonly nextTryAt: Date | null;
  /** Until when an agent has said that it watches the cluster. */
  readonly leaseExpiresAt: Date | null;
}

export async function findClusterHealth(db: Queryable, id: ClusterId): Promise<ClusterHealth | undefined> {
  const [row] = await db
    .select({
      name: k8sClusters.name,
      ignore: k8sClusters.ignore,
      isOk: k8sClusters.isOk,
      notOkReason: k8sClusters.notOkReason,
      notOkSince: k8sClusters.notOkSince,
      nextTryAt: k8sClusters.nextTryAt,
      leaseExpiresAt: k8sClusters.leaseExpiresAt,
    })
    .from(k8sClusters)
    .where(eq(k8sClusters.id, id));
  return row;
}
