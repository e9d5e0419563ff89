import { type ChartIssue, schemaFindings } from "@platz/chart-ext";
import type { ReadChartInput } from "./read-chart.ts";

/** Where the schemas of a chart lead outside of it. */
export function findOutsideSchemas({ schemas }: Pick<ReadChartInput, "schemas">): readonly ChartIssue[] {
  return schemaFindings(new Map(schemas));
}
