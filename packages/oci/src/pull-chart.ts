import { defaultArchiveLimits } from "./archive-limits.ts";
import { HELM_CHART_LAYER_TYPE, HELM_CONFIG_TYPE, type Manifest } from "./manifest.ts";
import type { Registry } from "./open-registry.ts";
import { RegistryError } from "./registry-error.ts";

export interface PulledChart {
  /** The packaged chart, verified by digest but not looked into. */
  readonly archive: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
}

export interface PullOptions {
  readonly archiveBytesMax?: number;
  /** The manifest, where the caller has it already. */
  readonly manifest?: Manifest;
}

/** Pulls a chart by the digest of its manifest. Throws a `RegistryError` (`invalid` when it is no Helm chart). */
export async function pullChart(
  registry: Registry,
  { repository, digest }: { readonly repository: string; readonly digest: string },
  { archiveBytesMax = defaultArchiveLimits.archiveBytesMax, manifest: known }: PullOptions = {},
): Promise<PulledChart> {
  const manifest = known ?? (await registry.manifest(repository, digest));
  const charts = manifest.layers.filter(({ mediaType }) => mediaType === HELM_CHART_LAYER_TYPE);
  const [layer] = charts;
  if (manifest.configMediaType !== HELM_CONFIG_TYPE || layer === undefined || charts.length > 1) {
    throw new RegistryError("invalid", `The content ${digest} of ${repository} is not a Helm chart.`);
  }
  if (layer.sizeBytes > archiveBytesMax) {
    throw new RegistryError(
      "invalid",
      `The chart ${digest} of ${repository} has ${layer.sizeBytes} bytes, more than the limit of ${archiveBytesMax}.`,
    );
  }
  const archive = await registry.blob(repository, layer.digest, { maxBytes: archiveBytesMax });
  return { archive, manifest };
}
