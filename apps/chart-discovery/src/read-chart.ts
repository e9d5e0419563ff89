import { isExtensionFile, parseChart } from "@platz/chart-ext";
import { type ChartArchive, ChartArchiveError, chartText, readChartArchive } from "@platz/oci";
import type { ChartContent } from "@platz/services";

/**
 * Reads what a chart ships for Platz from its archive. An archive that cannot be used is `unreadable`, with the reason
 * for its author; a broken file in it is one of the issues.
 */
export async function readChart(archive: Uint8Array<ArrayBuffer>): Promise<ChartContent> {
  try {
    return parseFiles(await readChartArchive(archive));
  } catch (error) {
    if (error instanceof ChartArchiveError) return { unreadable: error.message };
    throw error;
  }
}

function parseFiles(chart: ChartArchive): ChartContent {
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
