import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { type HelmChartId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** A chart with its form, actions and features. */
export async function getChart({ db }: ServiceContext, id: HelmChartId): Promise<HelmChartOfKind> {
  const chart = await findHelmChart(db, id);
  if (!chart) throw new NotFound("chart", id);
  return chart;
}
