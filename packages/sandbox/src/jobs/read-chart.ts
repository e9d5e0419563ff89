import { type ChartIssue, type ParsedChart, parseChart, schemaFindings } from "@platz/chart-ext";

export interface ReadChartInput {
  /** Its extension files, by path. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** Its schemas, those of the charts within it too. */
  readonly schemas: readonly (readonly [path: string, schema: { text: string } | { unreadable: string }])[];
}

/** A chart, and where its schemas lead. */
export function readChart({ files, schemas }: ReadChartInput): {
  readonly chart: ParsedChart;
  readonly outside: readonly ChartIssue[];
} {
  return { chart: parseChart(new Map(files)), outside: schemaFindings(new Map(schemas)) };
}
