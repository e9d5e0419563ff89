import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { PreconditionFailed } from "@platz/domain";
import { deploymentLabel } from "./deployment-label.ts";

/** Refuses work on a deployment that is switched off or being deleted. */
export function requireInUse(deployment: PlacedDeployment): void {
  requireNotDeleting(deployment);
  if (!deployment.enabled) {
    throw new PreconditionFailed(`${deploymentLabel(deployment)} is disabled: enable it first.`);
  }
}

/** Refuses changes of a deployment that is being deleted. */
export function requireNotDeleting(deployment: PlacedDeployment): void {
  if (deployment.status !== "Deleting") return;
  throw new PreconditionFailed(
    `${deploymentLabel(deployment)} is being deleted and cannot be changed any more.`,
  );
}
