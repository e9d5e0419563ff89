import {
  ChartArchiveError,
  defaultArchiveLimits,
  HELM_CHART_LAYER_TYPE,
  HELM_CONFIG_TYPE,
  HELM_PROVENANCE_LAYER_TYPE,
  type Manifest,
  pullChart,
  type Registry,
  RegistryError,
} from "@platz/oci";
import type { SourcedChart } from "./chart-source.ts";

/** The digest that a tag names now, `undefined` when it is gone, with its repository or without. */
export async function digestOfTag(
  registry: Registry,
  { repository, tag }: { readonly repository: string; readonly tag: string },
): Promise<string | undefined> {
  try {
    return await registry.resolve(repository, tag);
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "not-found") return undefined;
    throw error;
  }
}

/** A chart by the digest of its manifest, as `ChartSource.pull` promises it. */
export async function chartOfDigest(
  registry: Registry,
  { repository, digest }: { readonly repository: string; readonly digest: string },
): Promise<SourcedChart | null> {
  const manifest = await registry.manifest(repository, digest);
  if (manifest.configMediaType !== HELM_CONFIG_TYPE) return null;
  requireOneChart(manifest);
  const { archive } = await pullChart(registry, { repository, digest }, { manifest });
  const provenance = manifest.layers.find(({ mediaType }) => mediaType === HELM_PROVENANCE_LAYER_TYPE);
  return { archive, createdAt: createdAtOf(manifest), provenanceDigest: provenance?.digest };
}

/** Throws what is wrong with a chart's manifest for good, before `pullChart` would call it invalid. */
function requireOneChart({ layers }: Manifest): void {
  const [chart, ...more] = layers.filter(({ mediaType }) => mediaType === HELM_CHART_LAYER_TYPE);
  if (chart === undefined || more.length > 0) {
    throw new ChartArchiveError(
      "Its manifest must have exactly one chart in it; push the chart again with `helm push`.",
    );
  }
  const { archiveBytesMax } = defaultArchiveLimits;
  if (chart.sizeBytes > archiveBytesMax) {
    throw new ChartArchiveError(
      `The chart has ${chart.sizeBytes} bytes, more than the limit of ${archiveBytesMax}.`,
    );
  }
}

/** When the chart was packaged, as Helm notes it. What lies ahead of us would be the newest for ever, and is not taken. */
function createdAtOf({ annotations }: Manifest): Date | undefined {
  const noted = new Date(annotations["org.opencontainers.image.created"] ?? "");
  return noted.getTime() > 0 && noted.getTime() <= Date.now() ? noted : undefined;
}
