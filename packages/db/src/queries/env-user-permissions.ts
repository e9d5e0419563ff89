import type {
  EnvId,
  EnvUserPermission,
  EnvUserPermissionId,
  EnvUserRole,
  NewEnvUserPermission,
  Page,
  PageRequest,
  UserId,
} from "@platz/domain";
import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { envUserPermissions as permissions } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

/** The envs that a person belongs to, and as what. */
export async function listEnvRolesOfUser(
  db: Queryable,
  userId: UserId,
): Promise<{ envId: EnvId; role: EnvUserRole }[]> {
  return await db
    .select({ envId: permissions.envId, role: permissions.role })
    .from(permissions)
    .where(eq(permissions.userId, userId));
}

export async function listEnvUserPermissions(
  db: Queryable,
  scope: EnvScope,
  { envId, page }: { readonly envId?: EnvId | undefined; readonly page: PageRequest },
): Promise<Page<EnvUserPermission>> {
  const where = and(inEnvScope(permissions.envId, scope), matching(permissions.envId, envId));
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select()
        .from(permissions)
        .where(where)
        .orderBy(asc(permissions.createdAt), asc(permissions.id))
        .limit(limit)
        .offset(offset),
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

/** The new row, or nothing when that person is in the env already. */
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
