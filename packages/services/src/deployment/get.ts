import { valuesUiOf } from "@platz/chart-ext";
import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import { type DeploymentId, NotFound } from "@platz/domain";
import { deploymentRoleOf } from "../access/require-deployment-role.ts";
import type { ServiceContext } from "../context.ts";

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
  if (await deploymentRoleOf(context, deployment)) return { ...deployment, hidden: [] };
  return await withoutSecrets(context, deployment);
}

async function withoutSecrets(
  { db }: ServiceContext,
  deployment: PlacedDeployment,
): Promise<ShownDeployment> {
  const chart = await findHelmChart(db, deployment.helmChartId);
  const entries = Object.entries(deployment.config);
  const inputs = valuesUiOf(chart?.valuesUi)?.inputs;
  // Of a form that cannot be read nobody knows what is sensitive: all of it is taken to be.
  const known = inputs?.filter((input) => input.sensitive).map((input) => input.id);
  const sensitive = new Set(chart?.valuesUi === null ? [] : (known ?? entries.map(([key]) => key)));
  return {
    ...deployment,
    config: Object.fromEntries(entries.filter(([key]) => !sensitive.has(key))),
    valuesOverride: {},
    hidden: [
      ...entries.filter(([key]) => sensitive.has(key)).map(([key]) => `config.${key}`),
      ...(Object.keys(deployment.valuesOverride).length > 0 ? ["valuesOverride"] : []),
    ],
  };
}
