import { deleteDeploymentRow } from "@platz/db/queries/deployment-status";
import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { listGoesWithDeployment } from "@platz/db/queries/goes-with";
import type { Actor } from "../audit/actor-fields.ts";
import { recordChange, recordGone } from "../audit/record-change.ts";
import { auditedDeployment, auditedFields } from "./audited-deployment.ts";
import { deploymentLabel } from "./deployment-label.ts";

/** Deletes a deployment's row, which ends its history; that, and what goes along, is in the audit log. */
export async function forgetDeployment(
  actor: Actor,
  deployment: PlacedDeployment,
  reason: string,
): Promise<void> {
  const gone = await listGoesWithDeployment(actor.db, deployment.id);
  await deleteDeploymentRow(actor.db, deployment.id);
  await recordChange(actor, {
    ...auditedDeployment(deployment),
    before: auditedFields(deployment),
    reason,
  });
  await recordGone(actor, gone, `${deploymentLabel(deployment)} was deleted`);
}
