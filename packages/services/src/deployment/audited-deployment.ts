import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { deploymentLabel } from "./deployment-label.ts";

/** A deployment as the audit log names it. */
export function auditedDeployment(deployment: PlacedDeployment) {
  const { id, envId, version } = deployment;
  return { entity: "deployments", id, envId, label: deploymentLabel(deployment), version } as const;
}

/** What people set of a deployment, as it is stored, with its secrets sealed; its status is none of their doing. */
export function auditedFields(deployment: PlacedDeployment) {
  const { name, clusterName, helmChartId, enabled, descriptionMd, config, valuesOverride } = deployment;
  return { name, clusterName, helmChartId, enabled, descriptionMd, config, valuesOverride };
}
