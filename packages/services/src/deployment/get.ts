import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import { type DeploymentId, type Json, NotFound } from "@platz/domain";
import { deploymentRoleOf } from "../access/require-deployment-role.ts";
import type { ServiceContext } from "../context.ts";
import { isSealedJson } from "../sealed/sealed-json.ts";
import { openInputs } from "./sealed-inputs.ts";
import { sensitiveInputsOf } from "./sensitive-inputs.ts";

/** A deployment as its reader may see it. */
export type ShownDeployment = PlacedDeployment & {
  /** What is left out for this reader, as paths: `config.password`, `valuesOverride`. */
  readonly hidden: readonly string[];
};

/**
 * A deployment of one of the caller's envs. Inputs that the chart calls sensitive, and the override of its values, are
 * for those who may change them (W-13).
 */
export async function getDeployment(context: ServiceContext, id: DeploymentId): Promise<ShownDeployment> {
  const deployment = await findDeployment(context.db, id, context.scope.envs);
  if (!deployment) throw new NotFound("deployment", id);
  if (await deploymentRoleOf(context, deployment)) {
    return { ...(await openInputs(context.keyring, deployment)), hidden: [] };
  }
  return await withoutSecrets(context, deployment);
}

async function withoutSecrets(
  { db }: ServiceContext,
  deployment: PlacedDeployment,
): Promise<ShownDeployment> {
  const chart = await findHelmChart(db, deployment.helmChartId);
  const isSensitive = sensitiveInputsOf(chart);
  const entries = Object.entries(deployment.config);
  // Another chart may have called it sensitive when it was stored.
  const isHidden = ([key, value]: [string, Json]) => isSensitive(key) || isSealedJson(value);
  return {
    ...deployment,
    config: Object.fromEntries(entries.filter((entry) => !isHidden(entry))),
    valuesOverride: {},
    hidden: [
      ...entries.filter(isHidden).map(([key]) => `config.${key}`),
      ...(Object.keys(deployment.valuesOverride).length > 0 ? ["valuesOverride"] : []),
    ],
  };
}
