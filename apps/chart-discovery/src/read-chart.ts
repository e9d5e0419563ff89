import { isExtensionFile } from "@platz/chart-ext";
import {
  type ChartArchive,
  ChartArchiveError,
  chartSchemas,
  chartText,
  readChartArchive,
  readChartTree,
} from "@platz/oci";
import { type Jobs, type Sandbox, SandboxFailure } from "@platz/sandbox";
import { type ChartContent, computeReason } from "@platz/services";
import type { ChartDiscoverySettings } from "./settings.ts";

/** How charts are read. */
export interface ChartReading {
  readonly sandbox: Sandbox;
  readonly settings: Pick<ChartDiscoverySettings, "PLATZ_OUTSIDE_SCHEMAS">;
}

/**
 * Reads what a chart ships for Platz from its archive, and where its schemas lead. An archive that cannot be used is
 * `unreadable`, with the reason for its author; so is one that takes too much to read. A broken file in it is one of the
 * issues. Throws a `SandboxFailure` when there is no process to read it now.
 */
export async function readChart(
  archive: Uint8Array<ArrayBuffer>,
  { sandbox, settings }: ChartReading,
): Promise<ChartContent> {
  try {
    const archived = await readChartArchive(archive);
    const { files, notText } = extensionFilesOf(archived);
    const schemas = [...chartSchemas(await readChartTree(archived))];
    const { chart, outside } = await sandbox.run("readChart", { files, schemas });
    const issues = [...chart.issues, ...notText];
    return settings.PLATZ_OUTSIDE_SCHEMAS === "refuse"
      ? { ...chart, issues: [...issues, ...outside] }
      : { ...chart, issues, findings: [...chart.findings, ...outside] };
  } catch (error) {
    if (error instanceof ChartArchiveError) return { unreadable: error.message };
    if (!(error instanceof SandboxFailure) || error.kind === "busy") throw error;
    return { unreadable: computeReason(error), isCostly: error.isCostly };
  }
}

function extensionFilesOf(chart: ChartArchive) {
  const files: Parameters<Jobs["readChart"]>[0]["files"][number][] = [];
  const notText: { readonly file: string; readonly path: []; readonly message: string }[] = [];
  for (const path of [...chart.files.keys()].filter(isExtensionFile)) {
    try {
      files.push([path, chartText(chart, path) ?? ""]);
    } catch (error) {
      if (!(error instanceof ChartArchiveError)) throw error;
      notText.push({ file: path, path: [], message: "is not UTF-8 text; save it as UTF-8" });
    }
  }
  return { files, notText };
}
