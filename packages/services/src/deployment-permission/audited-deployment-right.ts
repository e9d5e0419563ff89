import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import type { DeploymentPermission } from "@platz/domain";
import { holderName } from "../access/holder-name.ts";
import type { ServiceContext } from "../context.ts";

/** What somebody may do with a kind of deployment in an env, as the audit log names it. */
export async function auditedDeploymentRight({ db }: ServiceContext, permission: DeploymentPermission) {
  const { id, envId, kindId } = permission;
  const kind = await findDeploymentKind(db, kindId);
  const label = `${await holderName(db, permission)}: ${kind?.name ?? kindId}`;
  return { entity: "deployment_permissions", id, envId, label } as const;
}
