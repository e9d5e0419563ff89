import type {
  DeploymentId,
  DeploymentResource,
  DeploymentResourceId,
  DeploymentResourceTypeId,
  EnvId,
  ListRequest,
  OneOf,
  Page,
  ResourceChange,
} from "@platz/domain";
import { and, asc, count, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import {
  deploymentKinds,
  resourceOffers as offers,
  deploymentResources as resources,
  deploymentResourceTypes as types,
} from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { containing, matching } from "./matching.ts";

/** What is known of a resource; who calls its hook now is the agents' own business. */
const shown = {
  id: resources.id,
  createdAt: resources.createdAt,
  version: resources.version,
  typeId: resources.typeId,
  deploymentId: resources.deploymentId,
  envId: resources.envId,
  name: resources.name,
  exists: resources.exists,
  props: resources.props,
  syncStatus: resources.syncStatus,
  syncReason: resources.syncReason,
  syncAttempt: resources.syncAttempt,
  nextSyncAt: resources.nextSyncAt,
};

/** What the application of a resource has not agreed to yet. */
export interface PendingChange {
  readonly syncChange: ResourceChange | null;
}

export interface ResourceFilter {
  readonly typeId?: OneOf<DeploymentResourceTypeId> | undefined;
  readonly envId?: OneOf<EnvId> | undefined;
  readonly deploymentId?: OneOf<DeploymentId> | null | undefined;
  readonly exists?: boolean | undefined;
  /** A part of the name. */
  readonly name?: string | undefined;
}

const partOf = listOf("deploymentResources", {
  sorts: { createdAt: [resources.createdAt], name: [resources.name] },
  unique: resources.id,
});

export async function listDeploymentResources(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: ResourceFilter; readonly list: ListRequest<"deploymentResources"> },
): Promise<Page<DeploymentResource>> {
  const where = and(
    inEnvScope(resources.envId, scope),
    matching(resources.typeId, filter.typeId),
    matching(resources.envId, filter.envId),
    matching(resources.deploymentId, filter.deploymentId),
    matching(resources.exists, filter.exists),
    containing(resources.name, filter.name),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(resources)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(resources).where(where),
  });
}

export async function findDeploymentResource(
  db: Queryable,
  id: DeploymentResourceId,
  scope: EnvScope,
): Promise<DeploymentResource | undefined> {
  const [row] = await db
    .select(shown)
    .from(resources)
    .where(and(eq(resources.id, id), inEnvScope(resources.envId, scope)));
  return row;
}

/** The resource, held until the transaction ends against edits and against being newly used. */
export async function lockDeploymentResource(
  db: Queryable,
  id: DeploymentResourceId,
  scope: EnvScope,
): Promise<(DeploymentResource & PendingChange) | undefined> {
  const [row] = await db
    .select({ ...shown, syncChange: resources.syncChange })
    .from(resources)
    .where(and(eq(resources.id, id), inEnvScope(resources.envId, scope)))
    .for("update");
  return row;
}

/** The new resource, or nothing when its type has one of that name, or when its id is taken. */
export async function insertDeploymentResource(
  db: Queryable,
  resource: PendingChange &
    Omit<
      DeploymentResource,
      "createdAt" | "version" | "exists" | "syncReason" | "syncAttempt" | "nextSyncAt"
    >,
): Promise<DeploymentResource | undefined> {
  const [row] = await db
    .insert(resources)
    .values({ ...resource, nextSyncAt: dueFor(resource) })
    .onConflictDoNothing()
    .returning(shown);
  return row;
}

/** Saves a change, of which the application is told next if it has to be. Throws a unique violation for a taken name. */
export async function updateDeploymentResourceRow(
  db: Queryable,
  id: DeploymentResourceId,
  changes: PendingChange &
    Pick<DeploymentResource, "syncStatus"> &
    Partial<Pick<DeploymentResource, "name" | "props" | "exists">>,
): Promise<DeploymentResource | undefined> {
  const [row] = await db
    .update(resources)
    .set({
      ...changes,
      syncReason: null,
      syncAttempt: 0,
      nextSyncAt: dueFor(changes),
      version: sql`${resources.version} + 1`,
    })
    .where(eq(resources.id, id))
    .returning(shown);
  return row;
}

function dueFor({ syncChange }: PendingChange) {
  return syncChange === null ? null : sql`now()`;
}

/** A resource that an input of a form names, with what its collection says of it. */
export interface CollectedResource {
  readonly id: DeploymentResourceId;
  readonly name: string;
  readonly props: DeploymentResource["props"];
  readonly typeId: DeploymentResourceTypeId;
}

/** Where the resources of a collection come from: a type of one kind, or, in the old form, of whatever kind. */
export interface ResourceCollection {
  readonly kindName?: string | undefined;
  readonly key: string;
}

function inCollection(envId: EnvId, { kindName, key }: ResourceCollection) {
  return and(
    eq(types.key, key),
    kindName === undefined ? undefined : eq(deploymentKinds.name, kindName),
    eq(resources.exists, true),
    isUsableIn(envId),
  );
}

/** The condition that deployments of the env may use a resource: it belongs to the env, or was offered to it by its own. */
export function isUsableIn(envId: EnvId): SQL {
  return sql`(${resources.envId} = ${envId} or exists (
    select 1 from ${offers}
    where ${offers.toEnvId} = ${envId} and ${offers.envId} = ${resources.envId} and ${offers.typeId} = ${resources.typeId}
      and (${offers.resourceId} is null or ${offers.resourceId} = ${resources.id})))`;
}

/** Which of these ids are resources of the collection. They cannot be deleted until the transaction ends. */
export async function shareResourcesOfCollection(
  db: Queryable,
  {
    envId,
    collection,
    ids,
  }: { readonly envId: EnvId; readonly collection: ResourceCollection; readonly ids: readonly string[] },
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: resources.id })
    .from(resources)
    .innerJoin(types, eq(types.id, resources.typeId))
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, types.deploymentKindId))
    .where(and(inCollection(envId, collection), inArray(resources.id, ids as DeploymentResourceId[])))
    .orderBy(asc(resources.id))
    .for("key share", { of: resources });
  return rows.map(({ id }) => id);
}

/** The resources of a collection whose name contains a text, by name; or one of them. */
export async function listResourcesOfCollection(
  db: Queryable,
  {
    envId,
    collection,
    name,
    id,
    limit,
  }: {
    readonly envId: EnvId;
    readonly collection: ResourceCollection;
    readonly name?: string | undefined;
    readonly id?: DeploymentResourceId | undefined;
    readonly limit: number;
  },
): Promise<CollectedResource[]> {
  return await db
    .select({ id: resources.id, name: resources.name, props: resources.props, typeId: resources.typeId })
    .from(resources)
    .innerJoin(types, eq(types.id, resources.typeId))
    .innerJoin(deploymentKinds, eq(deploymentKinds.id, types.deploymentKindId))
    .where(and(inCollection(envId, collection), containing(resources.name, name), matching(resources.id, id)))
    .orderBy(asc(resources.name), asc(resources.id))
    .limit(limit);
}
