import type { ClusterId, DeploymentId } from "@platz/domain";
import { and, asc, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, k8sClusters } from "../schema/index.ts";

/** A cluster as a provider has found it. */
export interface SeenCluster {
  readonly providerId: string;
  readonly name: string;
  readonly regionName: string;
}

/** Makes a cluster known, or says that it was seen again. New ones are ignored until somebody puts them to use. */
export async function upsertSeenCluster(
  db: Queryable,
  seen: SeenCluster,
): Promise<{ readonly id: ClusterId; readonly isNew: boolean }> {
  const [row] = await db
    .insert(k8sClusters)
    .values(seen)
    .onConflictDoUpdate({
      target: k8sClusters.providerId,
      set: { lastSeenAt: sql`now()`, name: seen.name, regionName: seen.regionName },
    })
    // A row that this very statement has made has no former state.
    .returning({ id: k8sClusters.id, isNew: sql<boolean>`xmax = 0` });
  if (row === undefined) throw new Error("an upsert returned no row");
  return row;
}

export interface ClusterLease {
  readonly id: ClusterId;
  readonly owner: string;
  readonly leaseMs: number;
}

/** Takes or renews the lease of a cluster. `false`: another agent holds it. */
export async function holdClusterLease(
  db: Queryable,
  { id, owner, leaseMs }: ClusterLease,
): Promise<boolean> {
  const rows = await db
    .update(k8sClusters)
    .set({
      leaseOwner: owner,
      leaseExpiresAt: sql`now() + make_interval(secs => ${leaseMs / 1000}::double precision)`,
    })
    .where(
      and(
        eq(k8sClusters.id, id),
        or(
          sql`${k8sClusters.leaseOwner} is null`,
          eq(k8sClusters.leaseOwner, owner),
          lte(k8sClusters.leaseExpiresAt, sql`now()`),
        ),
      ),
    )
    .returning({ id: k8sClusters.id });
  return rows.length > 0;
}

/** Lets a cluster go that an agent holds, and hints at it. */
export async function dropClusterLease(db: Queryable, id: ClusterId, owner: string): Promise<void> {
  await passOn(db, { id, owner }, { leaseOwner: null, leaseExpiresAt: null });
}

/** Makes a cluster that an agent holds another one's, and hints at it: there is no moment in which it is nobody's. */
export async function handOverClusterLease(
  db: Queryable,
  { id, owner, leaseMs, to }: ClusterLease & { readonly to: string },
): Promise<void> {
  const leaseExpiresAt = sql`now() + make_interval(secs => ${leaseMs / 1000}::double precision)`;
  await passOn(db, { id, owner }, { leaseOwner: to, leaseExpiresAt });
}

async function passOn(
  db: Queryable,
  { id, owner }: Pick<ClusterLease, "id" | "owner">,
  next: { readonly leaseOwner: string | null; readonly leaseExpiresAt: SQL | null },
): Promise<void> {
  const rows = await db
    .update(k8sClusters)
    .set(next)
    .where(and(eq(k8sClusters.id, id), eq(k8sClusters.leaseOwner, owner)))
    .returning({ id: k8sClusters.id });
  if (rows.length === 0) return;
  // Leases are no news to those who follow changes; to other agents this one is.
  const hint = JSON.stringify({ table: "k8s_clusters", operation: "UPDATE", id });
  await db.execute(sql`select pg_notify('platz_changes', ${hint})`);
}

/** Notes that a cluster works; writes only when it did not before. */
export async function setClusterOk(db: Queryable, id: ClusterId): Promise<void> {
  await db
    .update(k8sClusters)
    .set({ isOk: true, notOkReason: null, notOkSince: null, nextTryAt: null })
    .where(and(eq(k8sClusters.id, id), or(eq(k8sClusters.isOk, false), isNotNull(k8sClusters.notOkReason))));
}

/**
 * Notes that a cluster does not work, since when, why, and when it is tried next. Who follows changes hears of it only
 * when the reason is another one.
 */
export async function setClusterNotOk(
  db: Queryable,
  id: ClusterId,
  { reason, nextTryMs }: { readonly reason: string; readonly nextTryMs: number },
): Promise<void> {
  await db
    .update(k8sClusters)
    .set({ nextTryAt: sql`now() + make_interval(secs => ${nextTryMs / 1000}::double precision)` })
    .where(eq(k8sClusters.id, id));
  await db
    .update(k8sClusters)
    .set({
      isOk: false,
      notOkReason: reason,
      notOkSince: sql`coalesce(${k8sClusters.notOkSince}, now())`,
    })
    .where(
      and(
        eq(k8sClusters.id, id),
        or(eq(k8sClusters.isOk, true), sql`${k8sClusters.notOkReason} is distinct from ${reason}`),
      ),
    );
}

/** Clusters in use that no agent holds. */
export async function listUnheldClusters(
  db: Queryable,
): Promise<{ readonly id: ClusterId; readonly providerId: string }[]> {
  return await db
    .select({ id: k8sClusters.id, providerId: k8sClusters.providerId })
    .from(k8sClusters)
    .where(
      and(
        eq(k8sClusters.ignore, false),
        or(isNull(k8sClusters.leaseExpiresAt), lte(k8sClusters.leaseExpiresAt, sql`now()`)),
      ),
    );
}

/** Says of clusters in use that no agent has seen for so long, and none holds, that they are lost. Gives how many. */
export async function flagLostClusters(
  db: Queryable,
  { unseenMs, reason }: { readonly unseenMs: number; readonly reason: string },
): Promise<number> {
  const rows = await db
    .update(k8sClusters)
    .set({ isOk: false, notOkReason: reason, notOkSince: sql`now()`, nextTryAt: null })
    .where(
      and(
        eq(k8sClusters.ignore, false),
        eq(k8sClusters.isOk, true),
        or(isNull(k8sClusters.leaseExpiresAt), lte(k8sClusters.leaseExpiresAt, sql`now()`)),
        sql`${k8sClusters.lastSeenAt} < now() - make_interval(secs => ${unseenMs / 1000}::double precision)`,
      ),
    )
    .returning({ id: k8sClusters.id });
  return rows.length;
}

/** Enabled deployments of a cluster, a page after the given id. */
export async function listEnabledDeployments(
  db: Queryable,
  {
    clusterId,
    after,
    limit,
  }: { readonly clusterId: ClusterId; readonly after: DeploymentId | null; readonly limit: number },
) {
  return await db
    .select({ id: deployments.id, namespace: deployments.namespace, kindId: deployments.kindId })
    .from(deployments)
    .where(
      and(
        eq(deployments.clusterId, clusterId),
        eq(deployments.enabled, true),
        after === null ? undefined : gt(deployments.id, after),
      ),
    )
    .orderBy(asc(deployments.id))
    .limit(limit);
}
