import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ChartArchiveError } from "./chart-archive-error.ts";
import { packageChart } from "./package-chart.ts";

/** Packages a chart's folder with everything in it. Links are refused, as they are when a chart is read. */
export async function packageChartDirectory(directory: string): Promise<Uint8Array<ArrayBuffer>> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const relative = path.slice(join(directory, "/").length).replaceAll("\\", "/");
    if (entry.isFile()) files[relative] = await readFile(path);
    else if (!entry.isDirectory()) {
      throw new ChartArchiveError(`The chart's entry ${relative} is neither a file nor a folder.`);
    }
  }
  return packageChart(files);
}
