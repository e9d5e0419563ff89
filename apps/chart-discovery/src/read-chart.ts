import { isExtensionFile, type ParsedChart, parseChart, schemaFindings } from "@platz/chart-ext";
import {
  type ChartArchive,
  ChartArchiveError,
  chartSchemas,
  chartText,
  readChartArchive,
  readChartTree,
} from "@platz/oci";
import type { ChartContent } from "@platz/services";
import type { ChartDiscoverySettings } from "./settings.ts";

/**
 * Reads what a chart ships for Platz from its archive, and where its schemas lead. An archive that cannot be used is `unreadable`, with the reason
 * for its author; a broken file in it is one of the issues.
 */
export async function readChart(
  archive: Uint8Array<ArrayBuffer>,
  { PLATZ_OUTSIDE_SCHEMAS }: Pick<ChartDiscoverySettings, "PLATZ_OUTSIDE_SCHEMAS">,
): Promise<ChartContent> {
  try {
    const chart = await readChartArchive(archive);
    const outside = schemaFindings(chartSchemas(await readChartTree(chart)));
    const content = parseFiles(chart);
    return PLATZ_OUTSIDE_SCHEMAS === "refuse"
      ? { ...content, issues: [...content.issues, ...outside] }
      : { ...content, findings: [...content.findings, ...outside] };
  } catch (error) {
    if (error instanceof ChartArchiveError) return { unreadable: error.message };
    throw error;
  }
}

function parseFiles(chart: ChartArchive): ParsedChart {
  const files = new Map<string, string>();
  const notText: { readonly file: string; readonly path: []; readonly message: string }[] = [];
  for (const path of [...chart.files.keys()].filter(isExtensionFile)) {
    try {
      files.set(path, chartText(chart, path) ?? "");
    } catch (error) {
      if (!(error instanceof ChartArchiveError)) throw error;
      notText.push({ file: path, path: [], message: "is not UTF-8 text; save it as UTF-8" });
    }
  }
  const parsed = parseChart(files);
  return { ...parsed, issues: [...parsed.issues, ...notText] };
}
