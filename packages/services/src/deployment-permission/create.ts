import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { insertDeploymentPermission } from "@platz/db/queries/deployment-permissions";
import { shareEnv } from "@platz/db/queries/envs";
import { findUser } from "@platz/db/queries/users";
import { Conflict, type DeploymentPermission, type NewDeploymentPermission, NotFound } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/** Lets a person work with the deployments of a kind in an env. It counts only while they belong to the env. */
export async function createDeploymentPermission(
  context: ServiceContext,
  input: NewDeploymentPermission,
): Promise<DeploymentPermission> {
  requireEnvAdmin(context, input.envId, "let people work with its deployments");
  return await inTransaction(context, async ({ db }) => {
    if (!(await shareEnv(db, input.envId))) throw new NotFound("env", input.envId);
    const user = await findUser(db, input.userId);
    if (!user) throw new NotFound("user", input.userId);
    const kind = await findDeploymentKind(db, input.kindId);
    if (!kind) throw new NotFound("kind", input.kindId);
    const permission = await insertDeploymentPermission(db, input);
    if (!permission) {
      throw new Conflict(
        `${user.displayName} has a role for ${kind.name} deployments in the env already: remove that one first.`,
      );
    }
    return permission;
  });
}
