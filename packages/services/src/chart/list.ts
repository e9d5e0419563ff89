import { type HelmChartFilter, type HelmChartSummary, listHelmCharts } from "@platz/db/queries/helm-charts";
import type { Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The charts that discovery knows, newest first, without their extension documents (W-38). */
export async function listCharts(
  { db }: ServiceContext,
  { page, ...filter }: HelmChartFilter & { readonly page: PageRequest },
): Promise<Page<HelmChartSummary>> {
  return await listHelmCharts(db, { filter, page });
}
