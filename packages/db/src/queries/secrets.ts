import type { EnvId, KindId, ListRequest, OneOf, Page, SecretId, SecretSummary } from "@platz/domain";
import { and, asc, count, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { secrets } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { containing, matching } from "./matching.ts";

/** What may be shown of a secret: never its contents, sealed or not. */
const shown = {
  id: secrets.id,
  createdAt: secrets.createdAt,
  updatedAt: secrets.updatedAt,
  version: secrets.version,
  envId: secrets.envId,
  collection: secrets.collection,
  name: secrets.name,
  kindIds: secrets.kindIds,
};

export interface SecretFilter {
  readonly envId?: OneOf<EnvId> | undefined;
  readonly collection?: OneOf<string> | undefined;
  readonly name?: OneOf<string> | undefined;
  /** A part of the name. */
  readonly nameLike?: string | undefined;
  /** Only these, and those of these collections. */
  readonly among?: SecretsAmong | undefined;
  /** Only those that deployments of this kind may use; `null`: those that all kinds may use. */
  readonly usableBy?: KindId | null | undefined;
}

export interface SecretsAmong {
  readonly ids: readonly SecretId[];
  readonly collections: readonly string[];
}

const partOf = listOf("secrets", {
  sorts: {
    createdAt: [secrets.createdAt],
    name: [secrets.collection, secrets.name],
  },
  unique: secrets.id,
});

export async function listSecrets(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: SecretFilter; readonly list: ListRequest<"secrets"> },
): Promise<Page<SecretSummary>> {
  const where = and(
    inEnvScope(secrets.envId, scope),
    matching(secrets.envId, filter.envId),
    matching(secrets.collection, filter.collection),
    matching(secrets.name, filter.name),
    containing(secrets.name, filter.nameLike),
    filter.among && isAmong(filter.among),
    usableBy(filter.usableBy),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...shown, ...part.place })
        .from(secrets)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(secrets).where(where),
  });
}

function isAmong({ ids, collections }: SecretsAmong) {
  return or(inArray(secrets.id, [...ids]), inArray(secrets.collection, [...collections]));
}

function usableBy(kindId: KindId | null | undefined): SQL | undefined {
  if (kindId === undefined) return undefined;
  const byAll = isNull(secrets.kindIds);
  return kindId === null ? byAll : or(byAll, sql`${kindId}::uuid = any(${secrets.kindIds})`);
}

export async function findSecret(
  db: Queryable,
  id: SecretId,
  scope: EnvScope,
): Promise<SecretSummary | undefined> {
  const [row] = await db
    .select(shown)
    .from(secrets)
    .where(and(eq(secrets.id, id), inEnvScope(secrets.envId, scope)));
  return row;
}

/** The secret, held until the transaction ends against edits and against being newly used. */
export async function lockSecret(
  db: Queryable,
  id: SecretId,
  scope: EnvScope,
): Promise<SecretSummary | undefined> {
  const [row] = await db
    .select(shown)
    .from(secrets)
    .where(and(eq(secrets.id, id), inEnvScope(secrets.envId, scope)))
    .for("update");
  return row;
}

/** The secrets of the env among these ids. They cannot be deleted until the transaction ends. */
export async function shareSecretsOfEnv(
  db: Queryable,
  envId: EnvId,
  ids: readonly string[],
): Promise<SecretSummary[]> {
  if (ids.length === 0) return [];
  return await db
    .select(shown)
    .from(secrets)
    .where(and(eq(secrets.envId, envId), inArray(secrets.id, ids as SecretId[])))
    .orderBy(asc(secrets.id))
    .for("key share");
}

/** A secret of one env with its sealed contents: for rendering values, and for nothing that answers a person. */
export async function findSealedSecretOfEnv(
  db: Queryable,
  envId: EnvId,
  id: SecretId,
): Promise<(SecretSummary & { contents: string }) | undefined> {
  const [row] = await db
    .select({ ...shown, contents: secrets.contents })
    .from(secrets)
    .where(and(eq(secrets.envId, envId), eq(secrets.id, id)));
  return row;
}

/** The new secret, or nothing when the env has one of that collection and name already. */
export async function insertSecret(
  db: Queryable,
  secret: Pick<SecretSummary, "id" | "envId" | "collection" | "name" | "kindIds"> & {
    readonly contents: string;
  },
): Promise<SecretSummary | undefined> {
  const [row] = await db.insert(secrets).values(secret).onConflictDoNothing().returning(shown);
  return row;
}

export async function updateSecretRow(
  db: Queryable,
  id: SecretId,
  changes: {
    readonly name?: string | undefined;
    readonly contents?: string | undefined;
    readonly kindIds?: KindId[] | null | undefined;
  },
): Promise<SecretSummary | undefined> {
  const [row] = await db
    .update(secrets)
    .set({ ...changes, updatedAt: sql`now()`, version: sql`${secrets.version} + 1` })
    .where(eq(secrets.id, id))
    .returning(shown);
  return row;
}

/** The names of these secrets, as collection/name. */
export async function listSecretNames(
  db: Queryable,
  ids: readonly string[],
): Promise<Pick<SecretSummary, "id" | "collection" | "name">[]> {
  if (ids.length === 0) return [];
  return await db
    .select({ id: secrets.id, collection: secrets.collection, name: secrets.name })
    .from(secrets)
    .where(inArray(secrets.id, ids as SecretId[]));
}

export async function deleteSecretRow(db: Queryable, id: SecretId): Promise<void> {
  await db.delete(secrets).where(eq(secrets.id, id));
}
