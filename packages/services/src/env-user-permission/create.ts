import { insertEnvUserPermission } from "@platz/db/queries/env-user-permissions";
import { shareEnv } from "@platz/db/queries/envs";
import { Conflict, type EnvUserPermission, type NewEnvUserPermission, NotFound } from "@platz/domain";
import { holderName } from "../access/holder-name.ts";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedEnvRight } from "./audited-env-right.ts";

/** Lets a person or a bot into an env. */
export async function createEnvUserPermission(
  context: ServiceContext,
  input: NewEnvUserPermission,
): Promise<EnvUserPermission> {
  requireEnvAdmin(context, input.envId, "let people into it");
  return await inTransaction(context, async (context) => {
    const { db } = context;
    if (!(await shareEnv(db, input.envId))) throw new NotFound("env", input.envId);
    const name = await holderName(db, input);
    const permission = await insertEnvUserPermission(db, input);
    if (!permission) {
      throw new Conflict(`${name} belongs to the env already: change the role that they have instead.`);
    }
    await recordChange(context, { ...auditedEnvRight(permission, name), after: permission });
    return permission;
  });
}
