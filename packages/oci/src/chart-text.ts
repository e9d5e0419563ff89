import { ChartArchiveError } from "./chart-archive-error.ts";
import type { ChartArchive } from "./read-chart-archive.ts";

/** A file of a chart as text, `undefined` if the chart has none, or a `ChartArchiveError` if it is not UTF-8. */
export function chartText(chart: ChartArchive, path: string): string | undefined {
  const bytes = chart.files.get(path);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ChartArchiveError(`The chart's file ${path} is not UTF-8 text; save it as UTF-8.`, { cause });
  }
}
