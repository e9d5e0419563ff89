import {
  deleteDeploymentPermissionRow,
  findDeploymentPermission,
} from "@platz/db/queries/deployment-permissions";
import { type DeploymentPermissionId, NotFound } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeploymentRight } from "./audited-deployment-right.ts";

/** Takes away what somebody may do with a kind of deployment. */
export async function deleteDeploymentPermission(
  context: ServiceContext,
  id: DeploymentPermissionId,
): Promise<void> {
  await inTransaction(context, async (context) => {
    const permission = await findDeploymentPermission(context.db, id, context.scope.envs);
    if (!permission) throw new NotFound("permission", id);
    requireEnvAdmin(context, permission.envId, "take away rights on its deployments");
    await deleteDeploymentPermissionRow(context.db, id);
    await recordChange(context, {
      ...(await auditedDeploymentRight(context, permission)),
      before: permission,
    });
  });
}
