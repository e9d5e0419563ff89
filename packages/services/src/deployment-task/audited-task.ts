import type { PlacedDeployment } from "@platz/db/queries/deployments";
import type { DeploymentTask } from "@platz/domain";
import { deploymentLabel } from "../deployment/deployment-label.ts";

/** A task as the audit log names it. */
export function auditedTask(
  { id, operation }: Pick<DeploymentTask, "id" | "operation">,
  deployment: Pick<PlacedDeployment, "kindName" | "name" | "envId">,
) {
  const label = `${operation.kind} of ${deploymentLabel(deployment)}`;
  return { entity: "deployment_tasks", id, envId: deployment.envId, label } as const;
}
