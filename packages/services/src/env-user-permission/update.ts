import { findEnvUserPermission, setEnvUserRole } from "@platz/db/queries/env-user-permissions";
import {
  Conflict,
  type EnvUserPermission,
  Invalid,
  NotFound,
  type UpdateEnvUserPermission,
} from "@platz/domain";
import { holderName } from "../access/holder-name.ts";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedEnvRight } from "./audited-env-right.ts";
import { requireAdminLeft } from "./require-admin-left.ts";

/** Makes an admin of an env a user of it, or the other way round. Nobody changes their own role. */
export async function updateEnvUserPermission(
  context: ServiceContext,
  { id, role }: UpdateEnvUserPermission,
): Promise<EnvUserPermission> {
  return await inTransaction(context, async (context) => {
    const { db, scope, identity } = context;
    const before = await findEnvUserPermission(db, id, scope.envs);
    if (!before) throw new NotFound("permission", id);
    requireEnvAdmin(context, before.envId, "change roles in it");
    if (identity.id === before.userId) {
      throw new Conflict("You cannot change your own role in an env: ask another admin of it.");
    }
    if (before.botId !== null && role !== "User") {
      throw Invalid.fields("The role", [{ path: ["role"], message: "a bot can only be a User of an env" }]);
    }
    if (before.role === role) return before;
    await requireAdminLeft(context, before);
    const after = await setEnvUserRole(db, { id, role });
    if (!after) throw new NotFound("permission", id);
    await recordChange(context, { ...auditedEnvRight(after, await holderName(db, after)), before, after });
    return after;
  });
}
