import { deleteEnvUserPermissionRow, findEnvUserPermission } from "@platz/db/queries/env-user-permissions";
import { Conflict, type EnvUserPermissionId, NotFound } from "@platz/domain";
import { holderName } from "../access/holder-name.ts";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedEnvRight } from "./audited-env-right.ts";
import { requireAdminLeft } from "./require-admin-left.ts";

/** Takes a person or a bot out of an env. Nobody takes out themselves. */
export async function deleteEnvUserPermission(
  context: ServiceContext,
  id: EnvUserPermissionId,
): Promise<void> {
  await inTransaction(context, async (context) => {
    const permission = await findEnvUserPermission(context.db, id, context.scope.envs);
    if (!permission) throw new NotFound("permission", id);
    requireEnvAdmin(context, permission.envId, "take people out of it");
    if (context.identity.id === permission.userId) {
      throw new Conflict("You cannot take yourself out of an env: ask another admin of it.");
    }
    await requireAdminLeft(context, permission);
    await deleteEnvUserPermissionRow(context.db, id);
    const holder = await holderName(context.db, permission);
    await recordChange(context, { ...auditedEnvRight(permission, holder), before: permission });
  });
}
