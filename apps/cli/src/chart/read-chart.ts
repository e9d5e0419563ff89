import { readFile, stat } from "node:fs/promises";
import { isExtensionFile, type ParsedChart, parseChart, schemaFindings } from "@platz/chart-ext";
import {
  ChartArchiveError,
  chartSchemas,
  chartText,
  packageChartDirectory,
  readChartArchive,
  readChartTree,
} from "@platz/oci";
import { UsageError } from "../usage-error.ts";

/** A chart's extensions, read as discovery reads them, from its folder or from its archive. */
export async function readChart(path: string): Promise<ParsedChart> {
  try {
    const chart = await readChartArchive(await archiveOf(path));
    const files = new Map<string, string>();
    for (const name of [...chart.files.keys()].filter(isExtensionFile)) {
      files.set(name, chartText(chart, name) ?? "");
    }
    const parsed = parseChart(files);
    const outside = schemaFindings(chartSchemas(await readChartTree(chart)));
    return { ...parsed, findings: [...parsed.findings, ...outside] };
  } catch (error) {
    if (error instanceof ChartArchiveError)
      throw new UsageError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The archive that a chart's folder makes, or that is there already. */
export async function archiveOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new UsageError(`There is no ${path}: give a chart's folder, or its .tgz archive.`);
  return found.isDirectory() ? await packageChartDirectory(path) : new Uint8Array(await readFile(path));
}
