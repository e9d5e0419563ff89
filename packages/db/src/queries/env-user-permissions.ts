import type {
  BotId,
  EnvId,
  EnvUserPermission,
  EnvUserPermissionId,
  EnvUserRole,
  ListRequest,
  NewEnvUserPermission,
  OneOf,
  Page,
  UpdateEnvUserPermission,
  User,
  UserId,
} from "@platz/domain";
import { and, asc, count, eq, getColumns } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { envUserPermissions as permissions, users } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

/** Which rights somebody wants to see. */
export interface RightFilter {
  readonly envId?: OneOf<EnvId> | undefined;
  readonly userId?: OneOf<UserId> | null | undefined;
  readonly botId?: OneOf<BotId> | null | undefined;
}

/** Who holds a right. */
export type Holder =
  | { readonly kind: "User"; readonly id: UserId }
  | { readonly kind: "Bot"; readonly id: BotId };

/** A person with the envs that they belong to, in one statement: it is asked at nearly every request. */
export async function findUserWithEnvRoles(
  db: Queryable,
  id: UserId,
): Promise<{ readonly user: User; readonly envs: { envId: EnvId; role: EnvUserRole }[] } | undefined> {
  const rows = await db
    .select({ user: users, envId: permissions.envId, role: permissions.role })
    .from(users)
    .leftJoin(permissions, eq(permissions.userId, users.id))
    .where(eq(users.id, id))
    .orderBy(asc(permissions.createdAt), asc(permissions.id));
  const [first] = rows;
  if (first === undefined) return undefined;
  const envs = rows.flatMap(({ envId, role }) => (envId !== null && role !== null ? [{ envId, role }] : []));
  return { user: first.user, envs };
}

/** The envs that a person or a bot belongs to, and as what. */
export async function listEnvRolesOf(
  db: Queryable,
  holder: Holder,
): Promise<{ envId: EnvId; role: EnvUserRole }[]> {
  return await db
    .select({ envId: permissions.envId, role: permissions.role })
    .from(permissions)
    .where(holder.kind === "User" ? eq(permissions.userId, holder.id) : eq(permissions.botId, holder.id));
}

/** Gives the role of a right another value. */
export async function setEnvUserRole(
  db: Queryable,
  { id, role }: UpdateEnvUserPermission,
): Promise<EnvUserPermission | undefined> {
  const [row] = await db.update(permissions).set({ role }).where(eq(permissions.id, id)).returning();
  return row;
}

/** The admins of an env, held until the transaction ends, so that two do not remove each other. */
export async function lockEnvAdmins(db: Queryable, envId: EnvId): Promise<EnvUserPermissionId[]> {
  const rows = await db
    .select({ id: permissions.id })
    .from(permissions)
    .where(and(eq(permissions.envId, envId), eq(permissions.role, "Admin")))
    .orderBy(asc(permissions.id))
    .for("update");
  return rows.map(({ id }) => id);
}

const partOf = listOf("envUserPermissions", {
  sorts: { createdAt: [permissions.createdAt] },
  unique: permissions.id,
});

export async function listEnvUserPermissions(
  db: Queryable,
  scope: EnvScope,
  { filter, list }: { readonly filter: RightFilter; readonly list: ListRequest<"envUserPermissions"> },
): Promise<Page<EnvUserPermission>> {
  const where = and(
    inEnvScope(permissions.envId, scope),
    matching(permissions.envId, filter.envId),
    matching(permissions.userId, filter.userId),
    matching(permissions.botId, filter.botId),
  );
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(permissions), ...part.place })
        .from(permissions)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(permissions).where(where),
  });
}

export async function findEnvUserPermission(
  db: Queryable,
  id: EnvUserPermissionId,
  scope: EnvScope,
): Promise<EnvUserPermission | undefined> {
  const [row] = await db
    .select()
    .from(permissions)
    .where(and(eq(permissions.id, id), inEnvScope(permissions.envId, scope)));
  return row;
}

/** The new row, or nothing when that person or bot is in the env already. */
export async function insertEnvUserPermission(
  db: Queryable,
  permission: NewEnvUserPermission,
): Promise<EnvUserPermission | undefined> {
  const [row] = await db.insert(permissions).values(permission).onConflictDoNothing().returning();
  return row;
}

export async function deleteEnvUserPermissionRow(db: Queryable, id: EnvUserPermissionId): Promise<void> {
  await db.delete(permissions).where(eq(permissions.id, id));
}
