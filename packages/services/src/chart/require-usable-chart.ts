import type { Queryable } from "@platz/db";
import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import {
  type DeploymentKind,
  type EnvId,
  type HelmChartId,
  Invalid,
  NotFound,
  PreconditionFailed,
} from "@platz/domain";
import { requireSigned } from "./require-signed.ts";

/**
 * The chart, if a deployment of this kind may be put on it in this env: of that kind, still in its registry, readable, and
 * signed where kind or env take no others.
 */
export async function requireUsableChart(
  db: Queryable,
  id: HelmChartId,
  { kind, envId }: { readonly kind: Pick<DeploymentKind, "id" | "name">; readonly envId: EnvId | null },
): Promise<HelmChartOfKind> {
  const chart = await findHelmChart(db, id);
  if (!chart) throw new NotFound("chart", id);
  if (chart.kindId !== kind.id) {
    throw Invalid.fields("The deployment", [
      { path: ["helmChartId"], message: `choose a chart of the kind ${kind.name}` },
    ]);
  }
  if (chart.error !== null) {
    throw new PreconditionFailed(
      `The chart ${chart.imageTag} cannot be used: ${chart.error}. Choose another version, or publish a corrected one.`,
    );
  }
  if (chart.quarantine !== null) throw new PreconditionFailed(chart.quarantine);
  if (!chart.available) {
    throw new PreconditionFailed(
      `The chart ${chart.imageTag} is no longer in its registry: choose another version.`,
    );
  }
  await requireSigned(db, chart, { kindId: kind.id, envId });
  return chart;
}
