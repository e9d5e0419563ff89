import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { insertDeploymentPermission } from "@platz/db/queries/deployment-permissions";
import { shareEnv } from "@platz/db/queries/envs";
import { Conflict, type DeploymentPermission, type NewDeploymentPermission, NotFound } from "@platz/domain";
import { holderName } from "../access/holder-name.ts";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeploymentRight } from "./audited-deployment-right.ts";

/** Lets a person or a bot work with the deployments of a kind in an env. It counts only while they belong to the env. */
export async function createDeploymentPermission(
  context: ServiceContext,
  input: NewDeploymentPermission,
): Promise<DeploymentPermission> {
  requireEnvAdmin(context, input.envId, "let people work with its deployments");
  return await inTransaction(context, async (context) => {
    const { db } = context;
    if (!(await shareEnv(db, input.envId))) throw new NotFound("env", input.envId);
    const name = await holderName(db, input);
    const kind = await findDeploymentKind(db, input.kindId);
    if (!kind) throw new NotFound("kind", input.kindId);
    const permission = await insertDeploymentPermission(db, input);
    if (!permission) {
      throw new Conflict(
        `${name} has a role for ${kind.name} deployments in the env already: change that one instead.`,
      );
    }
    await recordChange(context, {
      ...(await auditedDeploymentRight(context, permission)),
      after: permission,
    });
    return permission;
  });
}
