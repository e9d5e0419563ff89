import type {
  DeploymentResourceType,
  DeploymentResourceTypeId,
  EnvId,
  Json,
  KindId,
  ListRequest,
  OneOf,
  Page,
} from "@platz/domain";
import { and, count, eq, getColumns, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentKinds, deploymentResourceTypes as types } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

/** A resource type with the name of the kind whose deployments have such resources. */
export type ResourceTypeOfKind = DeploymentResourceType & { readonly kindName: string };

/** A resource type that a chart ships; `envId: null` makes it global. */
export interface PublishedResourceType {
  readonly envId: EnvId | null;
  readonly deploymentKindId: KindId;
  readonly key: string;
  readonly spec: Json;
}

/** The type of a kind and key that an env has of its own, or the global one (`envId: null`), held against other changes. */
export async function lockResourceTypeOf(
  db: Queryable,
  { deploymentKindId, key, envId }: Omit<PublishedResourceType, "spec">,
): Promise<DeploymentResourceType | undefined> {
  const [row] = await db
    .select()
    .from(types)
    .where(
      and(
        eq(types.deploymentKindId, deploymentKindId),
        eq(types.key, key),
        envId === null ? isNull(types.envId) : eq(types.envId, envId),
      ),
    )
    .for("update");
  return row;
}

/** The type, held against other changes. */
export async function lockResourceType(
  db: Queryable,
  id: DeploymentResourceTypeId,
): Promise<ResourceTypeOfKind | undefined> {
  const [row] = await db
    .select(shown)
    .from(types)
    .innerJoin(deploymentKinds, ofKind)
    .where(eq(types.id, id))
    .for("update", { of: types });
  return row;
}

export async function updateResourceTypeRow(
  db: Queryable,
  id: DeploymentResourceTypeId,
  changes: Partial<Omit<DeploymentResourceType, "id" | "createdAt">>,
): Promise<void> {
  await db.update(types).set(changes).where(eq(types.id, id));
}

/** Makes a resource type, or brings the one of the same kind, key and env up to date. */
export async function upsertResourceType(db: Queryable, type: PublishedResourceType): Promise<void> {
  await db
    .insert(types)
    .values(type)
    .onConflictDoUpdate({
      target: [types.deploymentKindId, types.key, types.envId],
      set: { spec: sql`excluded.spec` },
    });
}

export interface ResourceTypeFilter {
  readonly envId?: OneOf<EnvId> | null | undefined;
  readonly deploymentKindId?: OneOf<KindId> | undefined;
  readonly key?: OneOf<string> | undefined;
}

const shown = { ...getColumns(types), kindName: deploymentKinds.name };
const ofKind = eq(deploymentKinds.id, types.deploymentKindId);

const partOf = listOf("deploymentResourceTypes", {
  sorts: { createdAt: [types.createdAt], key: [types.key] },
  unique: types.id,
});

/** The types of the envs in scope, and the global ones. */
export async function listResourceTypes(
  db: Queryable,
  scope: EnvScope,
  {
    filter,
    list,
  }: { readonly filter: ResourceTypeFilter; readonly list: ListRequest<"deploymentResourceTypes"> },
): Promise<Page<ResourceTypeOfKind>> {
  const where = and(
    visible(scope),
    matching(types.envId, filter.envId),
    matching(types.deploymentKindId, filter.deploymentKindId),
    matching(types.key, filter.key),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(types)
        .innerJoin(deploymentKinds, ofKind)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(types).where(where),
  });
}

export async function findResourceType(
  db: Queryable,
  id: DeploymentResourceTypeId,
  scope: EnvScope,
): Promise<ResourceTypeOfKind | undefined> {
  const [row] = await db
    .select(shown)
    .from(types)
    .innerJoin(deploymentKinds, ofKind)
    .where(and(eq(types.id, id), visible(scope)));
  return row;
}

function visible(scope: EnvScope): SQL | undefined {
  return scope === "all" ? undefined : or(isNull(types.envId), inEnvScope(types.envId, scope));
}
