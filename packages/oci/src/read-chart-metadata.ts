import { parse } from "yaml";
import { z } from "zod";
import { ChartArchiveError } from "./chart-archive-error.ts";

/** Chart.yaml as far as a registry needs it; whatever else it says is kept for the manifest's config. */
export const ChartMetadata = z.looseObject({
  name: z
    .string()
    .max(250)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  version: z.string().regex(/^v?\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/),
  description: z.string().optional(),
});
export type ChartMetadata = z.output<typeof ChartMetadata>;

/** Reads Chart.yaml, or throws a `ChartArchiveError`. */
export function readChartMetadata(chartYaml: string | Uint8Array): ChartMetadata {
  try {
    const text =
      typeof chartYaml === "string" ? chartYaml : new TextDecoder("utf-8", { fatal: true }).decode(chartYaml);
    return ChartMetadata.parse(parse(text, { schema: "core", maxAliasCount: 0 }));
  } catch (cause) {
    throw new ChartArchiveError("Chart.yaml must be YAML with a name and a version.", { cause });
  }
}
