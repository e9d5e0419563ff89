import type { DeploymentId, EnvId } from "@platz/domain";
import { and, eq, inArray, isNull, notInArray, or, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, k8sClusters, deploymentPermissions as permissions } from "../schema/index.ts";
import type { Holder } from "./env-user-permissions.ts";

/** Marks a deployment as one that has held a secret. It is never taken back: what was logged stays. */
export async function setDeploymentConfidential(db: Queryable, id: DeploymentId): Promise<void> {
  await db
    .update(deployments)
    .set({ confidential: true })
    .where(and(eq(deployments.id, id), eq(deployments.confidential, false)));
}

/** Which of these deployments have held a secret, and are not for this holder to change. Without a holder: of nobody. */
export async function listConfidentialTo(
  db: Queryable,
  {
    ids,
    holder,
    adminOf,
  }: {
    readonly ids: readonly DeploymentId[];
    readonly holder: Holder | undefined;
    readonly adminOf: readonly EnvId[];
  },
): Promise<DeploymentId[]> {
  if (ids.length === 0) return [];
  const mayChange = holder && roleOf(db, holder);
  const rows = await db
    .select({ id: deployments.id })
    .from(deployments)
    .innerJoin(k8sClusters, eq(k8sClusters.id, deployments.clusterId))
    .where(
      and(
        inArray(deployments.id, [...ids]),
        eq(deployments.confidential, true),
        adminOf.length === 0
          ? undefined
          : or(isNull(k8sClusters.envId), notInArray(k8sClusters.envId, [...adminOf])),
        mayChange && sql`not exists ${mayChange}`,
      ),
    );
  return rows.map(({ id }) => id);
}

function roleOf(db: Queryable, holder: Holder) {
  return db
    .select({ role: permissions.role })
    .from(permissions)
    .where(
      and(
        holder.kind === "User" ? eq(permissions.userId, holder.id) : eq(permissions.botId, holder.id),
        eq(permissions.envId, k8sClusters.envId),
        eq(permissions.kindId, deployments.kindId),
      ),
    );
}
