import { issueText } from "@platz/chart-ext";
import { OperationFailed } from "@platz/domain";
import type { HelmRequest } from "@platz/helm";
import {
  ChartArchiveError,
  type ChartTree,
  chartSchemas,
  packChartTree,
  readChartArchive,
  readChartTree,
} from "@platz/oci";
import { type ChartComputer, type ComputedChart, chartComputer } from "@platz/services";
import type { AgentSettings } from "./settings.ts";

type Rendering = Extract<HelmRequest, { command: "template" }>;

/** A chart as Helm may be given it: a part of a request, so that its archive and what is said of it stay together. */
export interface SoundChart extends Pick<Rendering, "chartArchive" | "skipSchemaValidation"> {
  /** What in its schemas leads outside of it, a sentence each. */
  readonly outside: readonly string[];
  /** Whether any of its files has the word that no pod is written without. */
  readonly mentionsContainers: boolean;
}

/**
 * Looks into an archive before Helm does. Helm gets it packed anew, with nothing in it but what was looked at; its
 * schemas are Helm's business only when they are known to lead nowhere else. Throws `OperationFailed` for an archive that
 * Helm must not be given.
 */
export async function soundChart(
  archive: Uint8Array<ArrayBuffer>,
  { PLATZ_OUTSIDE_SCHEMAS }: Pick<AgentSettings, "PLATZ_OUTSIDE_SCHEMAS">,
  { chart, computer }: { readonly chart: ComputedChart; readonly computer?: ChartComputer | undefined },
): Promise<SoundChart> {
  try {
    const tree = await readChartTree(await readChartArchive(archive));
    const schemas = [...chartSchemas(tree)];
    const found = await chartComputer({ computer }).compute(chart, "findOutsideSchemas", { schemas });
    const outside = found.map(issueText);
    if (PLATZ_OUTSIDE_SCHEMAS === "refuse" && outside.length > 0) {
      throw new OperationFailed(
        `The chart's schemas lead outside of it, which this installation does not allow: ${outside[0]}`,
      );
    }
    return {
      chartArchive: await packChartTree(tree),
      skipSchemaValidation: outside.length > 0,
      outside,
      mentionsContainers: mentions(tree, "containers"),
    };
  } catch (error) {
    if (error instanceof ChartArchiveError) throw new OperationFailed(error.message, { cause: error });
    throw error;
  }
}

function mentions({ files, packed }: ChartTree, word: string): boolean {
  const isIn = (bytes: Uint8Array) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(word);
  return [...files.values()].some(isIn) || [...packed.values()].some((inner) => mentions(inner, word));
}
