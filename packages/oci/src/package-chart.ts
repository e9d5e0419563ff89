import { ChartArchiveError } from "./chart-archive-error.ts";
import { packFolder } from "./pack-folder.ts";
import { readChartMetadata } from "./read-chart-metadata.ts";

export type ChartFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Packages a chart as `helm package` would, from its files by path relative to the chart's folder, which is named after
 * `Chart.yaml`. The same files give the same bytes and so the same digest. Throws `ChartArchiveError` without a usable
 * `Chart.yaml`.
 */
export async function packageChart(files: ChartFiles): Promise<Uint8Array<ArrayBuffer>> {
  const chartYaml = files["Chart.yaml"];
  if (chartYaml === undefined) throw new ChartArchiveError("A chart needs a Chart.yaml in its folder.");
  const { name } = readChartMetadata(chartYaml);
  return await packFolder(name, Object.entries(files));
}
