import { describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { defaultArchiveLimits } from "./archive-limits.ts";
import { chartSchemas, packChartTree, readChartTree } from "./chart-tree.ts";
import { type ChartFiles, packageChart } from "./package-chart.ts";
import { readChartArchive } from "./read-chart-archive.ts";
import { hiddenFile, makeArchive } from "./testing/make-archive.ts";
import { sampleChart } from "./testing/sample-chart.ts";

const schema = "values.schema.json";

async function treeOf(files: ChartFiles, limits = defaultArchiveLimits) {
  return await readChartTree(await readChartArchive(await packageChart(files)), limits);
}

const schemasOf = async (files: ChartFiles) => Object.fromEntries(chartSchemas(await treeOf(files)));

describe("schemas", () => {
  test("are found of a chart, of charts that lie in it, and of packed ones in any depth", async () => {
    const inner = await packageChart({ ...sampleChart("inner"), [schema]: "4" });
    const middle = await packageChart({
      ...sampleChart("middle"),
      [schema]: "3",
      "charts/inner-1.0.0.tgz": inner,
      "charts/flat/Chart.yaml": "",
      [`charts/flat/charts/deeper/${schema}`]: "5",
    });
    const found = await schemasOf({
      ...sampleChart("outer"),
      [schema]: "\uFEFF1",
      [`charts/flat/${schema}`]: "2",
      "charts/flat/charts/middle-1.0.0.tgz": middle,
      [`templates/${schema}`]: "none",
      [`files/charts/a/${schema}`]: "none",
      "templates/a.tgz": inner,
      VALUES_SCHEMA_JSON: "none",
    });
    expect(found).toEqual({
      [schema]: { text: "1" },
      [`charts/flat/${schema}`]: { text: "2" },
      [`charts/flat/charts/middle-1.0.0.tgz/${schema}`]: { text: "3" },
      [`charts/flat/charts/middle-1.0.0.tgz/charts/inner-1.0.0.tgz/${schema}`]: { text: "4" },
      [`charts/flat/charts/middle-1.0.0.tgz/charts/flat/charts/deeper/${schema}`]: { text: "5" },
    });
  });

  test("that are no text, and archives that cannot be read, are told of instead", async () => {
    const found = await schemasOf({
      ...sampleChart("outer"),
      [schema]: new Uint8Array([0x22, 0xff, 0x22]),
      "charts/broken.tgz": "no archive",
      "charts/later.tgz": await packageChart(sampleChart("later")),
    });
    expect(found).toEqual({
      [schema]: { unreadable: "It is not UTF-8 text." },
      "charts/broken.tgz": {
        unreadable: "The chart is not a complete gzip archive; package it again with `helm package`.",
      },
      "charts/later.tgz": { unreadable: expect.stringContaining("over the limit") },
    });
  });
});

describe("packed charts are held to the limits of one chart", () => {
  test("in what they expand to, all together", async () => {
    const big = await packageChart({ ...sampleChart("big"), "big.txt": new Uint8Array(400_000) });
    const names = Array.from({ length: 4 }, (_, index) => `charts/big-${index}.tgz`);
    const files = { ...sampleChart("outer"), ...Object.fromEntries(names.map((name) => [name, big])) };
    const { packed, unread } = await treeOf(files, { ...defaultArchiveLimits, expandedBytesMax: 1_000_000 });
    expect([[...packed.keys()], [...unread.keys()]]).toEqual([names.slice(0, 2), names.slice(2)]);
  });

  test("in entries, all together", async () => {
    const small = await packageChart(sampleChart("small"));
    const files = { ...sampleChart("outer"), "charts/a.tgz": small, "charts/b.tgz": small };
    const { unread } = await treeOf(files, { ...defaultArchiveLimits, entriesMax: 6 });
    expect([...unread]).toEqual([
      ["charts/b.tgz", "The chart has more than 2 entries, which is over the limit."],
    ]);
  });

  test("in depth", async () => {
    let archive = await packageChart(sampleChart("deepest"));
    for (let depth = 0; depth < 9; depth += 1) {
      archive = await packageChart({ ...sampleChart("next"), "charts/next.tgz": archive });
    }
    const found = chartSchemas(await readChartTree(await readChartArchive(archive)));
    expect([...found.values()]).toEqual([{ unreadable: "Charts are packed in charts 8 deep." }]);
  });
});

describe("a chart that is packed anew", () => {
  test("has the same files, in packed charts too", async () => {
    const inner = { ...sampleChart("inner"), "ünï/ a.bin": new Uint8Array([0, 255, 10]) };
    const outer = {
      ...sampleChart("outer"),
      [`${"long/".repeat(50)}a`]: "x",
      "charts/i.tgz": await packageChart(inner),
    };
    const tree = await treeOf(outer);
    const again = await readChartTree(await readChartArchive(await packChartTree(tree)));
    const { "charts/i.tgz": _, ...plain } = Object.fromEntries(tree.files);
    expect(Object.fromEntries(again.files)).toMatchObject(plain);
    expect(again.packed.get("charts/i.tgz")?.files).toEqual(
      new Map(
        Object.entries(inner)
          .sort()
          .map(([path, content]) => [path, new Uint8Array(Buffer.from(content))]),
      ),
    );
  });

  test("has nothing in it that another program would read differently", async () => {
    const tree = await readChartTree(
      await readChartArchive(
        await makeArchive([
          { name: "paint/Chart.yaml", content: "name: paint\nversion: 1.0.0\n" },
          hiddenFile("paint/harmless", `paint/${schema}`, "{}"),
        ]),
      ),
    );
    expect([...tree.files.keys()]).toEqual(["Chart.yaml", "harmless"]);
    const packed = gunzipSync(await packChartTree(tree));
    expect(packed.includes(schema)).toBe(false);
    expect(packed.includes("paint/harmless")).toBe(true);
  });
});
