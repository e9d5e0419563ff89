import type { Env, EnvId, ListRequest, Page, UpdateEnv } from "@platz/domain";
import { and, count, eq, getColumns, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { envs } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { containing, matching } from "./matching.ts";

export interface EnvFilter {
  readonly name?: string | undefined;
  readonly autoAddNewUsers?: boolean | undefined;
}

const partOf = listOf("envs", {
  sorts: { createdAt: [envs.createdAt], name: [envs.name] },
  unique: envs.id,
});

export async function listEnvs(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: EnvFilter; readonly list: ListRequest<"envs"> },
): Promise<Page<Env>> {
  const where = and(
    inEnvScope(envs.id, scope),
    containing(envs.name, filter.name),
    matching(envs.autoAddNewUsers, filter.autoAddNewUsers),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(envs), ...part.place })
        .from(envs)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(envs).where(where),
  });
}

export async function findEnv(db: Queryable, id: EnvId, scope: EnvScope): Promise<Env | undefined> {
  const [row] = await db
    .select()
    .from(envs)
    .where(and(eq(envs.id, id), inEnvScope(envs.id, scope)));
  return row;
}

/** The env, held against other edits until the transaction ends. */
export async function lockEnv(db: Queryable, id: EnvId): Promise<Env | undefined> {
  const [row] = await db.select().from(envs).where(eq(envs.id, id)).for("update");
  return row;
}

/** A new env, or nothing when one has that name already (in whatever case). */
export async function insertEnv(
  db: Queryable,
  env: { readonly name: string; readonly autoAddNewUsers: boolean },
): Promise<Env | undefined> {
  const [row] = await db.insert(envs).values(env).onConflictDoNothing().returning();
  return row;
}

export async function updateEnvRow(
  db: Queryable,
  { id, version: _, ...changes }: UpdateEnv,
): Promise<Env | undefined> {
  const [row] = await db
    .update(envs)
    .set({ ...changes, version: sql`${envs.version} + 1` })
    .where(eq(envs.id, id))
    .returning();
  return row;
}

export async function deleteEnvRow(db: Queryable, id: EnvId): Promise<void> {
  await db.delete(envs).where(eq(envs.id, id));
}

/** Whether an env has that name, whatever the case, other than the one with this id. */
export async function envNameIsTaken(db: Queryable, name: string, except?: EnvId): Promise<boolean> {
  const rows = await db.select({ id: envs.id }).from(envs).where(sql`lower(${envs.name}) = lower(${name})`);
  return rows.some(({ id }) => id !== except);
}

/** Whether the env is there. It cannot be changed or deleted until the transaction ends. */
export async function shareEnv(db: Queryable, id: EnvId): Promise<boolean> {
  const rows = await db.select({ id: envs.id }).from(envs).where(eq(envs.id, id)).for("key share");
  return rows.length > 0;
}
