import { digestOf } from "./digest-of.ts";
import { HELM_CHART_LAYER_TYPE, HELM_CONFIG_TYPE, IMAGE_MANIFEST_TYPE } from "./manifest.ts";
import type { Registry } from "./open-registry.ts";
import { readChartArchive } from "./read-chart-archive.ts";
import { readChartMetadata } from "./read-chart-metadata.ts";

export interface PushedChart {
  readonly repository: string;
  readonly tag: string;
  /** Of the manifest: what a pull of the tag resolves to. */
  readonly digest: string;
}

/**
 * Pushes a packaged chart as `helm push` does: its Chart.yaml as JSON is the config, the archive the one layer. The tag
 * is the chart's version unless given, with `+` written as `_` (Helm's rule, since a tag cannot hold a `+`).
 */
export async function pushChart(
  registry: Registry,
  archive: Uint8Array<ArrayBuffer>,
  { repository, tag }: { readonly repository: string; readonly tag?: string },
): Promise<PushedChart> {
  const chart = await readChartArchive(archive);
  const metadata = readChartMetadata(chart.files.get("Chart.yaml") ?? "");
  const config = new TextEncoder().encode(JSON.stringify(metadata));
  await registry.pushBlob(repository, config);
  await registry.pushBlob(repository, archive);
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST_TYPE,
    config: { mediaType: HELM_CONFIG_TYPE, digest: await digestOf(config), size: config.length },
    layers: [{ mediaType: HELM_CHART_LAYER_TYPE, digest: await digestOf(archive), size: archive.length }],
    annotations: {
      "org.opencontainers.image.title": metadata.name,
      "org.opencontainers.image.version": metadata.version,
    },
  };
  const pushed = {
    tag: tag ?? metadata.version.replaceAll("+", "_"),
    mediaType: IMAGE_MANIFEST_TYPE,
    raw: new TextEncoder().encode(JSON.stringify(manifest)),
  };
  return { repository, tag: pushed.tag, digest: await registry.pushManifest(repository, pushed) };
}
