import { findDeploymentPermission, setDeploymentRole } from "@platz/db/queries/deployment-permissions";
import { type DeploymentPermission, NotFound, type UpdateDeploymentPermission } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeploymentRight } from "./audited-deployment-right.ts";

/** Makes an owner of a kind of deployment a maintainer, or the other way round. */
export async function updateDeploymentPermission(
  context: ServiceContext,
  { id, role }: UpdateDeploymentPermission,
): Promise<DeploymentPermission> {
  return await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const before = await findDeploymentPermission(db, id, scope.envs);
    if (!before) throw new NotFound("permission", id);
    requireEnvAdmin(context, before.envId, "change rights on its deployments");
    if (before.role === role) return before;
    const after = await setDeploymentRole(db, { id, role });
    if (!after) throw new NotFound("permission", id);
    await recordChange(context, { ...(await auditedDeploymentRight(context, after)), before, after });
    return after;
  });
}
