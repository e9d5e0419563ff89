import { needSentence } from "@platz/chart-ext";
import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { type HelmChartId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { chartFeatures } from "./chart-extensions.ts";

/** A chart with what its extension files say. */
export interface ShownChart extends HelmChartOfKind {
  /** What the token of a deployment may reach in its env, in sentences for whoever deploys it. */
  readonly needs: readonly string[];
}

/** A chart with its form, actions and features. */
export async function getChart({ db }: ServiceContext, id: HelmChartId): Promise<ShownChart> {
  const chart = await findHelmChart(db, id);
  if (!chart) throw new NotFound("chart", id);
  return { ...chart, needs: chartFeatures(chart).needs.map(needSentence) };
}
