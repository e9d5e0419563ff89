import type {
  ClusterId,
  Deployment,
  DeploymentId,
  DeploymentRole,
  DeploymentStatus,
  EnvId,
  HelmChartId,
  Json,
  KindId,
  NewDeployment,
  OneOf,
  Page,
  Range,
} from "@platz/domain";
import { and, asc, count, eq, getColumns, inArray, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import {
  deploymentKinds,
  deployments,
  helmCharts,
  k8sClusters,
  deploymentPermissions as permissions,
} from "../schema/index.ts";
import { clustersOf, type EnvScope, inEnvScope, onClusterOf } from "./env-scope.ts";
import type { Holder } from "./env-user-permissions.ts";
import { inFirstOfClusters } from "./first-of-clusters.ts";
import { type ListOptions, listOf } from "./list-of.ts";
import { containing, matching, within } from "./matching.ts";

/** Where a deployment is and what it is, in words. `envId` is null on a cluster that belongs to no env. */
export interface DeploymentPlace {
  readonly envId: EnvId | null;
  readonly kindName: string;
  readonly clusterName: string;
}

export type PlacedDeployment = Deployment & DeploymentPlace;

/** A deployment in a list: without its inputs, which may be large and may hold secrets. */
export type DeploymentSummary = Omit<PlacedDeployment, "config" | "valuesOverride">;

export interface DeploymentFilter {
  readonly kindId?: OneOf<KindId> | undefined;
  readonly kindName?: string | undefined;
  readonly clusterId?: OneOf<ClusterId> | undefined;
  readonly envId?: OneOf<EnvId> | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly hostShared?: boolean | undefined;
  readonly status?: OneOf<DeploymentStatus> | undefined;
  readonly helmChartId?: OneOf<HelmChartId> | undefined;
  readonly createdAt?: Range<Date> | undefined;
  /** A part of the name. */
  readonly name?: string | undefined;
}

const { config, valuesOverride, confidential: _confidential, ...light } = getColumns(deployments);
const place = {
  envId: k8sClusters.envId,
  kindName: deploymentKinds.name,
  clusterName: k8sClusters.name,
};
const ofCluster = eq(k8sClusters.id, deployments.clusterId);
const ofKind = eq(deploymentKinds.id, deployments.kindId);

const partOf = listOf("deployments", {
  sorts: { createdAt: [deployments.createdAt], name: [deployments.name] },
  unique: deployments.id,
});

/** Oldest first. */
export async function listDeployments(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: DeploymentFilter; readonly list: ListOptions<"deployments"> },
): Promise<Page<DeploymentSummary>> {
  const of = { scope, envId: filter.envId };
  const clusters = clustersOf(of);
  const onCluster = onClusterOf(db, deployments.clusterId, of);
  const where = and(
    matching(deployments.kindId, filter.kindId),
    ofKindNamed(db, filter.kindName),
    matching(deployments.clusterId, filter.clusterId),
    matching(deployments.enabled, filter.enabled),
    matching(deployments.hostShared, filter.hostShared),
    matching(deployments.status, filter.status),
    matching(deployments.helmChartId, filter.helmChartId),
    within(deployments.createdAt, filter.createdAt),
    containing(deployments.name, filter.name),
  );
  return await partOf(list, where, {
    rows: (part) => {
      const found =
        clusters &&
        inFirstOfClusters(part, {
          table: deployments,
          id: deployments.id,
          clusterId: deployments.clusterId,
          clusters,
        });
      return db
        .select({ ...part.place, ...light, ...place })
        .from(deployments)
        .innerJoin(k8sClusters, ofCluster)
        .innerJoin(deploymentKinds, ofKind)
        .where(found ?? and(onCluster, part.where))
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(found ? 0 : part.offset);
    },
    total: () => db.select({ n: count() }).from(deployments).where(and(onCluster, where)),
  });
}

function ofKindNamed(db: Queryable, name: string | undefined) {
  if (name === undefined) return undefined;
  const kinds = db
    .select({ id: deploymentKinds.id })
    .from(deploymentKinds)
    .where(eq(deploymentKinds.name, name));
  return inArray(deployments.kindId, kinds);
}

function selectPlaced(db: Queryable, id: DeploymentId, scope: EnvScope) {
  return db
    .select({ ...light, config, valuesOverride, ...place })
    .from(deployments)
    .innerJoin(k8sClusters, ofCluster)
    .innerJoin(deploymentKinds, ofKind)
    .where(and(eq(deployments.id, id), inEnvScope(k8sClusters.envId, scope)));
}

/** A deployment, what somebody holds on its kind in its env, and, for whoever holds nothing, its form. */
export interface DeploymentFor {
  readonly deployment: PlacedDeployment;
  readonly role: DeploymentRole | null;
  /** What says which inputs are secrets; `null` too where the chart has no form. */
  readonly form: Json | null;
}

/** What it takes to show a deployment to a person or a bot, in one statement: it is asked very often. */
export async function findDeploymentFor(
  db: Queryable,
  id: DeploymentId,
  { scope, holder }: { readonly scope: EnvScope; readonly holder: Holder },
): Promise<DeploymentFor | undefined> {
  const heldBy =
    holder.kind === "User" ? eq(permissions.userId, holder.id) : eq(permissions.botId, holder.id);
  const [row] = await db
    .select({
      deployment: { ...light, config, valuesOverride, ...place },
      role: permissions.role,
      form: sql<Json | null>`case when ${permissions.role} is null then ${helmCharts.valuesUi} - 'text' end`,
    })
    .from(deployments)
    .innerJoin(k8sClusters, ofCluster)
    .innerJoin(deploymentKinds, ofKind)
    .innerJoin(helmCharts, eq(helmCharts.id, deployments.helmChartId))
    .leftJoin(
      permissions,
      and(heldBy, eq(permissions.envId, k8sClusters.envId), eq(permissions.kindId, deployments.kindId)),
    )
    .where(and(eq(deployments.id, id), inEnvScope(k8sClusters.envId, scope)));
  return row;
}

export async function findDeployment(
  db: Queryable,
  id: DeploymentId,
  scope: EnvScope,
): Promise<PlacedDeployment | undefined> {
  const [row] = await selectPlaced(db, id, scope);
  return row;
}

/**
 * The deployment, held until the transaction ends: against other edits (`"no key update"`), or also against being
 * newly referred to and against new tasks (`"update"`).
 */
export async function lockDeployment(
  db: Queryable,
  id: DeploymentId,
  { scope, strength }: { readonly scope: EnvScope; readonly strength: "update" | "no key update" },
): Promise<PlacedDeployment | undefined> {
  const [row] = await selectPlaced(db, id, scope).for(strength, { of: deployments });
  return row;
}

/** Deployments of the env among these ids. They cannot be deleted or disabled until the transaction ends. */
export async function shareDeploymentsOfEnv(
  db: Queryable,
  envId: EnvId,
  ids: readonly string[],
): Promise<(Pick<Deployment, "id" | "status" | "enabled"> & Pick<DeploymentPlace, "kindName">)[]> {
  if (ids.length === 0) return [];
  const { id, status, enabled } = deployments;
  return await db
    .select({ id, status, enabled, kindName: deploymentKinds.name })
    .from(deployments)
    .innerJoin(k8sClusters, ofCluster)
    .innerJoin(deploymentKinds, ofKind)
    .where(and(eq(k8sClusters.envId, envId), inArray(deployments.id, ids as DeploymentId[])))
    .orderBy(asc(deployments.id))
    .for("key share", { of: deployments });
}

/** Whether the deployment was stored: not when its name, namespace or host is taken on that cluster. */
export async function insertDeployment(
  db: Queryable,
  deployment: NewDeployment &
    Pick<Deployment, "id" | "namespace" | "hostLabel"> & { readonly confidential: boolean },
): Promise<boolean> {
  const [row] = await db
    .insert(deployments)
    .values(deployment)
    .onConflictDoNothing()
    .returning({ id: deployments.id });
  return row !== undefined;
}

/** The fields that an edit may set. */
export type DeploymentChanges = Partial<
  Pick<
    Deployment,
    | "name"
    | "clusterId"
    | "namespace"
    | "hostLabel"
    | "hostShared"
    | "helmChartId"
    | "config"
    | "valuesOverride"
    | "enabled"
    | "descriptionMd"
  >
> & {
  /** Only ever set. */
  readonly confidential?: true | undefined;
};

/** Saves an edit and counts it. Throws a unique violation when name, namespace or host is taken. */
export async function updateDeploymentRow(
  db: Queryable,
  id: DeploymentId,
  changes: DeploymentChanges,
): Promise<void> {
  await db
    .update(deployments)
    .set({ ...changes, version: sql`${deployments.version} + 1` })
    .where(eq(deployments.id, id));
}

/** Marks the deployment as being deleted. */
export async function setDeploymentDeleting(db: Queryable, id: DeploymentId): Promise<void> {
  await db.update(deployments).set({ status: "Deleting", reason: null }).where(eq(deployments.id, id));
}

/** Gives a deployment the status it has when a deletion that had not begun is called off. */
export async function setDeploymentNotDeleting(
  db: Queryable,
  id: DeploymentId,
  reason: string,
): Promise<void> {
  await db
    .update(deployments)
    .set({ status: "Error", reason })
    .where(and(eq(deployments.id, id), eq(deployments.status, "Deleting")));
}

/** The deployments on clusters of an env, or on one cluster, by name. */
export async function listDeploymentsOn(
  db: Queryable,
  on: { readonly envId: EnvId } | { readonly clusterId: ClusterId },
): Promise<(Pick<Deployment, "id" | "name" | "enabled"> & DeploymentPlace)[]> {
  const where = "envId" in on ? eq(k8sClusters.envId, on.envId) : eq(deployments.clusterId, on.clusterId);
  return await db
    .select({ id: deployments.id, name: deployments.name, enabled: deployments.enabled, ...place })
    .from(deployments)
    .innerJoin(k8sClusters, ofCluster)
    .innerJoin(deploymentKinds, ofKind)
    .where(where)
    .orderBy(asc(deploymentKinds.name), asc(deployments.name));
}
