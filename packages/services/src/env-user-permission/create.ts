import { insertEnvUserPermission } from "@platz/db/queries/env-user-permissions";
import { shareEnv } from "@platz/db/queries/envs";
import { findUser } from "@platz/db/queries/users";
import { Conflict, type EnvUserPermission, type NewEnvUserPermission, NotFound } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/** Lets a person into an env. */
export async function createEnvUserPermission(
  context: ServiceContext,
  input: NewEnvUserPermission,
): Promise<EnvUserPermission> {
  requireEnvAdmin(context, input.envId, "let people into it");
  return await inTransaction(context, async ({ db }) => {
    if (!(await shareEnv(db, input.envId))) throw new NotFound("env", input.envId);
    const user = await findUser(db, input.userId);
    if (!user) throw new NotFound("user", input.userId);
    const permission = await insertEnvUserPermission(db, input);
    if (!permission) {
      throw new Conflict(
        `${user.displayName} belongs to the env already: remove them first to change their role.`,
      );
    }
    return permission;
  });
}
