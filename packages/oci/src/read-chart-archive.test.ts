import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { defaultArchiveLimits } from "./archive-limits.ts";
import { ChartArchiveError } from "./chart-archive-error.ts";
import { chartText } from "./chart-text.ts";
import { packageChart } from "./package-chart.ts";
import { readChartArchive } from "./read-chart-archive.ts";
import { type ArchiveEntry, makeArchive } from "./testing/make-archive.ts";
import { sampleChart } from "./testing/sample-chart.ts";

const chartYaml: ArchiveEntry = { name: "paint/Chart.yaml", content: "name: paint\nversion: 1.0.0\n" };

async function refusal(archive: Uint8Array<ArrayBuffer>, limits = defaultArchiveLimits): Promise<string> {
  try {
    await readChartArchive(archive, limits);
  } catch (error) {
    if (error instanceof ChartArchiveError) return error.message;
    throw error;
  }
  return "(accepted)";
}

test("a chart's files come out as they went in", async () => {
  const files = { ...sampleChart("paint"), "big.bin": new Uint8Array(300_000).fill(7), "empty.txt": "" };
  const chart = await readChartArchive(await packageChart(files));
  expect(chart.name).toBe("paint");
  expect([...chart.files.keys()].sort()).toEqual(Object.keys(files).sort());
  expect(chartText(chart, "platz/values-ui.yaml")).toBe("inputs: []\n");
  expect(chartText(chart, "absent.yaml")).toBeUndefined();
  expect(chart.files.get("big.bin")).toEqual(files["big.bin"]);
  expect(chart.files.get("empty.txt")?.length).toBe(0);
});

test("folders and ./ in names are taken as what they are", async () => {
  const archive = await makeArchive([
    { name: "paint/", type: "directory" },
    { name: "./paint/Chart.yaml", content: "name: paint" },
    { name: "paint/templates/", type: "directory" },
  ]);
  expect([...(await readChartArchive(archive)).files.keys()]).toEqual(["Chart.yaml"]);
});

test("a file that is not UTF-8 is refused by name, and only when it is read as text", async () => {
  const chart = await readChartArchive(
    await makeArchive([chartYaml, { name: "paint/logo.png", content: new Uint8Array([0x89, 0xff, 0xfe]) }]),
  );
  expect(chartText(chart, "Chart.yaml")).toContain("paint");
  expect(() => chartText(chart, "logo.png")).toThrow(/logo\.png is not UTF-8/);
});

describe("an archive is refused in one sentence", () => {
  test.each<[string, ArchiveEntry[], RegExp]>([
    [
      "a symbolic link",
      [{ name: "paint/values.yaml", type: "symlink", linkname: "/etc/passwd" }],
      /is a link/,
    ],
    ["a hard link", [{ name: "paint/values.yaml", type: "link", linkname: "paint/Chart.yaml" }], /is a link/],
    [
      "a device",
      [{ name: "paint/disk", type: "block-device", devmajor: 8, devminor: 0 }],
      /neither a file nor/,
    ],
    ["a character device", [{ name: "paint/tty", type: "character-device" }], /neither a file nor/],
    ["a pipe", [{ name: "paint/pipe", type: "fifo" }], /neither a file nor/],
    ["an absolute path", [{ name: "/etc/cron.d/x", content: "x" }], /an absolute path/],
    ["a path that leads out", [{ name: "paint/../../etc/x", content: "x" }], /leads out of the chart/],
    ["a folder that leads out", [{ name: "paint/../other/", type: "directory" }], /leads out of the chart/],
    ["a backslash path", [{ name: "paint\\..\\x", content: "x" }], /not allowed in a path/],
    ["a drive", [{ name: "C:/x", content: "x" }], /an absolute path/],
    ["a line break in a name", [{ name: "paint/a\nb", content: "x" }], /not allowed in a path/],
    ["a second top folder", [{ name: "other/values.yaml", content: "x" }], /one folder/],
    ["a file beside the folder", [{ name: "values.yaml", content: "x" }], /one folder/],
    ["a file twice", [chartYaml], /Chart\.yaml twice/],
    ["a long path", [{ name: `paint/${"x/".repeat(600)}y`, content: "x" }], /longer than 1000/],
  ])("for %s", async (_, entries, message) => {
    expect(await refusal(await makeArchive([chartYaml, ...entries]))).toMatch(message);
  });

  test("for 0 bytes", async () => {
    expect(await refusal(new Uint8Array())).toMatch(/empty \(0 bytes\)/);
  });

  test("for no Chart.yaml, or one that is not at the top", async () => {
    expect(await refusal(await makeArchive([{ name: "paint/values.yaml", content: "a: 1" }]))).toMatch(
      /no Chart\.yaml/,
    );
    expect(await refusal(await makeArchive([{ name: "paint/sub/Chart.yaml", content: "x" }]))).toMatch(
      /no Chart\.yaml/,
    );
    expect(await refusal(await makeArchive([]))).toMatch(/no Chart\.yaml/);
  });

  test("for bytes that are no archive, wherever they stop being one", async () => {
    const good = await makeArchive([
      chartYaml,
      { name: "paint/big", content: crypto.getRandomValues(new Uint8Array(60_000)) },
    ]);
    expect(await refusal(new TextEncoder().encode("<html>not found</html>"))).toMatch(/not a complete gzip/);
    for (const length of [1, 10, 100, 20_000, good.length - 1]) {
      expect(await refusal(good.slice(0, length))).toMatch(/not a complete gzip/);
    }
    expect(await refusal(new Uint8Array(gzipSync("x".repeat(10_000))))).toMatch(/not a complete tar/);
    expect(await refusal(new Uint8Array(gzipSync(Bun.gunzipSync(good).slice(0, 30_000))))).toMatch(
      /not a complete tar/,
    );
  });
});

describe("limits hold before what exceeds them is kept", () => {
  test("compressed size", async () => {
    const archive = await packageChart(sampleChart("paint"));
    expect(await refusal(archive, { ...defaultArchiveLimits, archiveBytesMax: 100 })).toMatch(
      /more than the limit of 100/,
    );
  });

  test("number of entries", async () => {
    const entries = Array.from({ length: 50 }, (_, index) => ({ name: `paint/${index}`, content: "" }));
    expect(
      await refusal(await makeArchive([chartYaml, ...entries]), { ...defaultArchiveLimits, entriesMax: 50 }),
    ).toMatch(/more than 50 entries/);
  });

  test("size of one file, by what its header says", async () => {
    const archive = await makeArchive([chartYaml, { name: "paint/big", content: "x".repeat(2_000) }]);
    expect(await refusal(archive, { ...defaultArchiveLimits, fileBytesMax: 1_000 })).toMatch(
      /big has 2000 bytes/,
    );
  });

  test("a bomb of 100 MiB in 100 KB stops at the ratio, not at the end", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(100 * 1024 * 1024)));
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal(bomb)).toMatch(/not a complete tar|expands from/);
    const entries = Array.from({ length: 30 }, (_, index) => ({
      name: `paint/${index}`,
      content: new Uint8Array(4_000_000),
    }));
    expect(await refusal(await makeArchive([chartYaml, ...entries]))).toMatch(
      /expands from \d+ to more than/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 * 1024 * 1024);
  });

  test("expanded size", async () => {
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    const entries = Array.from({ length: 10 }, (_, index) => ({ name: `paint/${index}`, content: noise }));
    const archive = await makeArchive([chartYaml, ...entries]);
    expect(await refusal(archive, { ...defaultArchiveLimits, expandedBytesMax: 200_000 })).toMatch(
      /more than 200000 bytes/,
    );
  });
});
