import { expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ChartArchiveError } from "./chart-archive-error.ts";
import { digestOf } from "./digest-of.ts";
import { packageChart } from "./package-chart.ts";
import { packageChartDirectory } from "./package-chart-directory.ts";
import { readChartArchive } from "./read-chart-archive.ts";
import { sampleChart } from "./testing/sample-chart.ts";

test("the same files give the same digest, in whatever order they are named", async () => {
  const files = sampleChart("paint");
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(await digestOf(await packageChart(files))).toBe(await digestOf(await packageChart(reversed)));
});

test.each([
  "",
  "name: paint",
  "version: 1.0.0",
  "name: ../x\nversion: 1.0.0",
  "name: paint\nversion: one",
  "{",
  "- a",
])("Chart.yaml %p is refused", async (chartYaml) => {
  await expect(packageChart({ "Chart.yaml": chartYaml })).rejects.toThrow(ChartArchiveError);
});

test("a folder is packaged whole, and a link in it is refused", async () => {
  const directory = await mkdtemp(join(tmpdir(), "platz-chart-"));
  try {
    for (const [path, content] of Object.entries(sampleChart("paint"))) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    const archive = await packageChartDirectory(directory);
    expect(archive).toEqual(await packageChart(sampleChart("paint")));
    expect((await readChartArchive(archive)).files.size).toBe(4);
    await symlink("/etc/passwd", join(directory, "templates", "passwd"));
    await expect(packageChartDirectory(directory)).rejects.toThrow(/passwd is neither a file nor a folder/);
  } finally {
    await rm(directory, { recursive: true });
  }
});
