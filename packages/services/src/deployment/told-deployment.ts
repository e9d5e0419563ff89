import type { DeploymentSummary } from "@platz/db/queries/deployments";
import type { DeploymentId } from "@platz/domain";
import { toldReason } from "../access/may-read-details.ts";
import { toldStatus } from "../reported-status/told-status.ts";

/** A deployment as its reader may see it, who is kept from the details of these. */
export function toldDeployment<Shown extends DeploymentSummary>(
  deployment: Shown,
  keptBack: ReadonlySet<DeploymentId>,
): Shown {
  const isKeptBack = keptBack.has(deployment.id);
  return {
    ...deployment,
    reason: toldReason(deployment.reason, isKeptBack),
    reportedStatus: toldStatus(deployment.reportedStatus, isKeptBack),
  };
}
