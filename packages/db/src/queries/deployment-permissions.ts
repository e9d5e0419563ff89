import type {
  DeploymentPermission,
  DeploymentPermissionId,
  DeploymentRole,
  EnvId,
  KindId,
  ListRequest,
  NewDeploymentPermission,
  OneOf,
  Page,
  UpdateDeploymentPermission,
} from "@platz/domain";
import { and, count, eq, getColumns } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deploymentPermissions as permissions } from "../schema/index.ts";
import { type EnvScope, inEnvScope } from "./env-scope.ts";
import type { Holder, RightFilter } from "./env-user-permissions.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

/** What a person or a bot may do with the deployments of one kind in one env. */
export async function findDeploymentRole(
  db: Queryable,
  of: { readonly holder: Holder; readonly envId: EnvId; readonly kindId: KindId },
): Promise<DeploymentRole | undefined> {
  const { holder } = of;
  const [row] = await db
    .select({ role: permissions.role })
    .from(permissions)
    .where(
      and(
        holder.kind === "User" ? eq(permissions.userId, holder.id) : eq(permissions.botId, holder.id),
        eq(permissions.envId, of.envId),
        eq(permissions.kindId, of.kindId),
      ),
    );
  return row?.role;
}

export interface DeploymentRightFilter extends RightFilter {
  readonly kindId?: OneOf<KindId> | undefined;
}

/** Gives the role of a right another value. */
export async function setDeploymentRole(
  db: Queryable,
  { id, role }: UpdateDeploymentPermission,
): Promise<DeploymentPermission | undefined> {
  const [row] = await db.update(permissions).set({ role }).where(eq(permissions.id, id)).returning();
  return row;
}

const partOf = listOf("deploymentPermissions", {
  sorts: { createdAt: [permissions.createdAt] },
  unique: permissions.id,
});

export async function listDeploymentPermissions(
  db: Queryable,
  scope: EnvScope,
  {
    filter,
    list,
  }: { readonly filter: DeploymentRightFilter; readonly list: ListRequest<"deploymentPermissions"> },
): Promise<Page<DeploymentPermission>> {
  const where = and(
    inEnvScope(permissions.envId, scope),
    matching(permissions.envId, filter.envId),
    matching(permissions.userId, filter.userId),
    matching(permissions.botId, filter.botId),
    matching(permissions.kindId, filter.kindId),
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

export async function findDeploymentPermission(
  db: Queryable,
  id: DeploymentPermissionId,
  scope: EnvScope,
): Promise<DeploymentPermission | undefined> {
  const [row] = await db
    .select()
    .from(permissions)
    .where(and(eq(permissions.id, id), inEnvScope(permissions.envId, scope)));
  return row;
}

/** The new row, or nothing when that person or bot has a role for that kind and env already. */
export async function insertDeploymentPermission(
  db: Queryable,
  permission: NewDeploymentPermission,
): Promise<DeploymentPermission | undefined> {
  const [row] = await db.insert(permissions).values(permission).onConflictDoNothing().returning();
  return row;
}

export async function deleteDeploymentPermissionRow(
  db: Queryable,
  id: DeploymentPermissionId,
): Promise<void> {
  await db.delete(permissions).where(eq(permissions.id, id));
}
