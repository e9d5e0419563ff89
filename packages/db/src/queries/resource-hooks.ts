import {
  type ClusterId,
  type DeploymentId,
  type DeploymentResource,
  type Json,
  type ResourceChange,
  syncStatusDuring,
} from "@platz/domain";
import { and, asc, eq, getColumns, gt, inArray, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments } from "../schema/deployments.ts";
import { deploymentResources as resources, deploymentResourceTypes as types } from "../schema/index.ts";

/** A change of a resource that this caller alone may tell the application of, until the claim expires. */
export interface ClaimedChange {
  readonly resource: Omit<DeploymentResource, "nextSyncAt">;
  readonly deploymentId: DeploymentId;
  readonly change: ResourceChange;
  /** What the chart says of the resource's type. */
  readonly type: { readonly key: string; readonly spec: Json };
  readonly claim: string;
}

/** What became of telling the application. */
export type HookOutcome =
  | { readonly kind: "agreed" }
  /** It is told again after so many ms; `attempt`: how often it has been told by then. */
  | { readonly kind: "again"; readonly reason: string; readonly attempt: number; readonly ms: number }
  | { readonly kind: "failed"; readonly reason: string };

/** Nobody tells the application now; or who did has not come back. */
const unclaimed = or(isNull(resources.syncClaim), lte(resources.syncClaimExpiresAt, sql`now()`));
const isDue = and(isNotNull(resources.syncChange), lte(resources.nextSyncAt, sql`now()`), unclaimed);

/** The deployments on these clusters that have to be told of a change now. */
export async function listDeploymentsToTell(
  db: Queryable,
  clusterIds: readonly ClusterId[],
): Promise<DeploymentId[]> {
  if (clusterIds.length === 0) return [];
  const rows = await db
    .selectDistinct({ id: deployments.id })
    .from(resources)
    .innerJoin(deployments, eq(deployments.id, resources.deploymentId))
    .where(and(isDue, inArray(deployments.clusterId, [...clusterIds])));
  return rows.map(({ id }) => id);
}

/** Takes one due change of a deployment's resources, the longest due first; of several callers, one gets it. */
export async function claimChange(
  db: Queryable,
  deploymentId: DeploymentId,
  claimMs: number,
): Promise<ClaimedChange | undefined> {
  const due = db
    .select({ id: resources.id })
    .from(resources)
    .where(and(isDue, eq(resources.deploymentId, deploymentId)))
    .orderBy(asc(resources.nextSyncAt), asc(resources.createdAt))
    .limit(1)
    .for("update", { skipLocked: true });
  const claim = crypto.randomUUID();
  const [row] = await db
    .update(resources)
    .set({
      syncClaim: claim,
      syncClaimExpiresAt: sql`now() + make_interval(secs => ${claimMs / 1000})`,
      syncAttempt: sql`${resources.syncAttempt} + 1`,
    })
    .from(types)
    // By `=`, for which it is looked for once, however the rest is planned.
    .where(and(sql`${resources.id} = ${due}`, eq(types.id, resources.typeId)))
    .returning({ resource: getColumns(resources), type: { key: types.key, spec: types.spec } });
  const change = row?.resource.syncChange ?? null;
  return row && change !== null ? { ...row, deploymentId, change, claim } : undefined;
}

/** Has a deployment told now of what waits for a later try. What has failed stays so. */
export async function tellChangesNow(db: Queryable, deploymentId: DeploymentId): Promise<void> {
  await db
    .update(resources)
    .set({ nextSyncAt: sql`now()` })
    .where(
      and(
        eq(resources.deploymentId, deploymentId),
        isNotNull(resources.syncChange),
        gt(resources.nextSyncAt, sql`now()`),
      ),
    );
}

/** In how many ms the next change of a deployment's resources is due, by the clock of the database; nothing if none is. */
export async function nextChangeInMs(db: Queryable, deploymentId: DeploymentId): Promise<number | undefined> {
  const dueAt = sql`greatest(${resources.nextSyncAt}, ${resources.syncClaimExpiresAt})`;
  const [row] = await db
    .select({ ms: sql<string | null>`extract(epoch from min(${dueAt}) - now()) * 1000` })
    .from(resources)
    .where(
      and(
        eq(resources.deploymentId, deploymentId),
        isNotNull(resources.syncChange),
        isNotNull(resources.nextSyncAt),
      ),
    );
  return row?.ms == null ? undefined : Math.max(0, Math.ceil(Number(row.ms)));
}

/**
 * Ends a claim. Where the resource was changed meanwhile, the outcome is of a state that is past: it is dropped, and
 * the application is told of the present one next. `false`: the claim had expired, and somebody else has taken it.
 */
export async function endClaim(
  db: Queryable,
  { resource, change, claim }: ClaimedChange,
  outcome: HookOutcome,
): Promise<boolean> {
  const ours = and(eq(resources.id, resource.id), eq(resources.syncClaim, claim));
  const released = { syncClaim: null, syncClaimExpiresAt: null };
  const told = await db
    .update(resources)
    .set({ ...released, ...stateAfter(outcome, change) })
    .where(and(ours, eq(resources.version, resource.version)))
    .returning({ id: resources.id });
  if (told.length > 0) return true;
  const isMade = outcome.kind === "agreed" && change === "create";
  const past = await db
    .update(resources)
    .set({ ...released, ...(isMade ? afterBeingMade : {}) })
    .where(ours)
    .returning({ id: resources.id });
  return past.length > 0;
}

/** It was made as it was before: what is to be told is no longer that it is new, but what it is now. */
const afterBeingMade = {
  syncChange: sql<ResourceChange>`case ${resources.syncChange} when 'create' then 'update' else ${resources.syncChange} end`,
  syncStatus: sql`case ${resources.syncStatus} when 'Creating' then ${syncStatusDuring.update} else ${resources.syncStatus} end`,
};

function stateAfter(outcome: HookOutcome, change: ResourceChange) {
  switch (outcome.kind) {
    case "agreed":
      return { ...knownAsItIs, ...(change === "delete" ? { exists: false } : {}) };
    case "again":
      return {
        syncReason: outcome.reason,
        syncAttempt: outcome.attempt,
        nextSyncAt: sql`now() + make_interval(secs => ${outcome.ms / 1000})`,
      };
    case "failed":
      return { syncStatus: "Error" as const, syncReason: outcome.reason, nextSyncAt: null };
  }
}

const knownAsItIs = {
  syncStatus: "Ready",
  syncReason: null,
  syncChange: null,
  syncAttempt: 0,
  nextSyncAt: null,
} as const;

/** Resources whose deployment is gone have nobody to be told: what was asked of them is so. Tells how many there were. */
export async function settleOrphanedResources(db: Queryable): Promise<number> {
  const rows = await db
    .update(resources)
    .set({
      ...knownAsItIs,
      syncClaim: null,
      syncClaimExpiresAt: null,
      exists: sql`${resources.syncChange} <> 'delete'`,
    })
    .where(and(isNull(resources.deploymentId), isNotNull(resources.syncChange)))
    .returning({ id: resources.id });
  return rows.length;
}
