import { type HelmChartFilter, type HelmChartSummary, listHelmCharts } from "@platz/db/queries/helm-charts";
import type { ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The charts that discovery knows, newest first, without their extension documents (W-38). */
export async function listCharts(
  { db, totals }: ServiceContext,
  { page, sort, ...filter }: HelmChartFilter & ListRequest<"charts">,
): Promise<Page<HelmChartSummary>> {
  return await listHelmCharts(db, { filter, list: { page, sort, totals } });
}
