import type { ClusterId } from "@platz/domain";
import { and, eq, inArray, lte, notInArray, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { clusterCandidates as candidates, k8sClusters } from "../schema/index.ts";

/** What an agent says of itself. */
export interface Candidacy {
  readonly agent: string;
  /** For how long it is taken to be alive without a renewal. */
  readonly leaseMs: number;
  /** The clusters that it could hold. */
  readonly clusterIds: readonly ClusterId[];
  /** Those that did not answer when it last asked. */
  readonly unreached: readonly ClusterId[];
}

/** Says, or renews, what an agent could hold. Forgets agents that have not renewed. */
export async function announceCandidate(
  db: Queryable,
  { agent, leaseMs, clusterIds, unreached }: Candidacy,
): Promise<void> {
  const gone = db
    .select({ clusterId: candidates.clusterId, agent: candidates.agent })
    .from(candidates)
    .where(lte(candidates.expiresAt, sql`now()`))
    // Somebody else may forget them, or they may come back, at this moment.
    .for("update", { skipLocked: true });
  await db.delete(candidates).where(sql`(${candidates.clusterId}, ${candidates.agent}) in ${gone}`);
  if (clusterIds.length === 0) return;
  const known = db
    .select({
      clusterId: k8sClusters.id,
      agent: sql`${agent}::text`.as("agent"),
      expiresAt: sql`now() + make_interval(secs => ${leaseMs / 1000}::double precision)`.as("expires_at"),
      reaches: sql`${notInArray(k8sClusters.id, [...unreached])}`.as("reaches"),
    })
    .from(k8sClusters)
    .where(inArray(k8sClusters.id, [...clusterIds]));
  await db
    .insert(candidates)
    .select(known)
    .onConflictDoUpdate({
      target: [candidates.clusterId, candidates.agent],
      set: { expiresAt: sql`excluded.expires_at`, reaches: sql`excluded.reaches` },
    });
}

/** An agent could hold a cluster no more; without one: none at all. */
export async function withdrawCandidate(db: Queryable, agent: string, clusterId?: ClusterId): Promise<void> {
  await db
    .delete(candidates)
    .where(and(eq(candidates.agent, agent), clusterId && eq(candidates.clusterId, clusterId)));
}

/** What decides about who holds a cluster. */
export interface ClusterStanding {
  readonly ignored: boolean;
  readonly candidates: readonly { readonly agent: string; readonly reaches: boolean }[];
  /** In how many ms an agent that is not asking is dead, or its lease of the cluster over, unless it renews. */
  readonly settledInMs: number | null;
}

export async function findClusterStanding(
  db: Queryable,
  id: ClusterId,
  agent: string,
): Promise<ClusterStanding | undefined> {
  const [row] = await db.execute<{
    readonly ignored: boolean;
    readonly candidates: ClusterStanding["candidates"];
    readonly settled_in_ms: number | null;
  }>(
    sql`select c.ignore as ignored,
        coalesce(json_agg(json_build_object('agent', a.agent, 'reaches', a.reaches)) filter (where a.agent is not null), '[]') as candidates,
        ceil(extract(epoch from least(
          min(a.expires_at) filter (where a.agent <> ${agent}),
          case when c.lease_owner <> ${agent} and c.lease_expires_at > now() then c.lease_expires_at end) - now()) * 1000)::float8 as settled_in_ms
      from ${k8sClusters} c
      left join ${candidates} a on a.cluster_id = c.id and a.expires_at > now()
      where c.id = ${id} group by c.id`,
    "objects",
  );
  if (row === undefined) return undefined;
  return { ignored: row.ignored, candidates: row.candidates, settledInMs: row.settled_in_ms };
}
