import { pack } from "tar-stream";
import { ChartArchiveError } from "./chart-archive-error.ts";
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
  const tar = pack();
  const collected = collect(tar);
  for (const [path, content] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    // Helm reads Chart.yaml first in what it packages itself, but needs no order.
    tar.entry({ name: `${name}/${path}`, mode: 0o644, mtime: new Date(0) }, content);
  }
  tar.finalize();
  const compressed = new Blob([await collected]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

async function collect(stream: AsyncIterable<unknown>): Promise<ArrayBuffer> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of stream) {
    if (piece instanceof Uint8Array) pieces.push(new Uint8Array(piece));
  }
  return new Blob(pieces).arrayBuffer();
}
