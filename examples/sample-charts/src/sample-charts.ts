import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { packageChart, pushChart, type Registry } from "@platz/oci";

/** A chart of this folder: the files of its folders laid over one another, later ones on top. */
export interface SampleChart {
  readonly repository: string;
  readonly tag: string;
  readonly folders: readonly string[];
}

const mixer = "paint-mixer/chart";

/** Every sample chart. The last version of the paint mixer cannot be rendered: to see how that is told, and repaired. */
export const sampleCharts: readonly SampleChart[] = [
  { repository: "paint-mixer", tag: "1.0.0", folders: [mixer] },
  { repository: "paint-mixer", tag: "2.0.0", folders: [mixer, "paint-mixer/chart-2"] },
  {
    repository: "paint-mixer",
    tag: "2.1.0",
    folders: [mixer, "paint-mixer/chart-2", "paint-mixer/chart-broken"],
  },
  { repository: "no-extensions", tag: "1.0.0", folders: ["no-extensions/chart"] },
  { repository: "from-schema", tag: "1.0.0", folders: ["from-schema/chart"] },
  { repository: "broken-form", tag: "1.0.0", folders: ["broken-form/chart"] },
  { repository: "broken-render", tag: "1.0.0", folders: ["broken-render/chart"] },
];

/** The files of a sample chart by path within the chart. */
export async function sampleChartFiles(chart: SampleChart): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of chart.folders) {
    const folder = join(import.meta.dirname, "..", "..", name);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[relative(folder, path)] = await readFile(path);
    }
  }
  return files;
}

/** What was pushed where. */
export interface PushedChart {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Packs charts and pushes them to `<prefix>/<repository>:<tag>`. The same files always have the same digest. */
export async function pushSampleCharts(
  registry: Registry,
  { prefix = "charts", charts = sampleCharts }: { prefix?: string; charts?: readonly SampleChart[] } = {},
): Promise<PushedChart[]> {
  const pushed: PushedChart[] = [];
  for (const chart of charts) {
    const archive = await packageChart(await sampleChartFiles(chart));
    const repository = `${prefix}/${chart.repository}`;
    pushed.push(await pushChart(registry, archive, { repository, tag: chart.tag }));
  }
  return pushed;
}
