import { expect, test } from "bun:test";
import { packageChart } from "@platz/oci";
import { inProcessSandbox } from "@platz/sandbox";
import { readChart } from "./read-chart.ts";

const reading = (PLATZ_OUTSIDE_SCHEMAS: "skip" | "refuse") => ({
  sandbox: inProcessSandbox(),
  settings: { PLATZ_OUTSIDE_SCHEMAS },
});

const chartYaml = "apiVersion: v2\nname: paint\nversion: 1.0.0\n";
const outside = '{"$ref": "https://schemas.test/a.json"}';
const finding =
  "refers to https://schemas.test/a.json, outside of this schema. Nobody fetches it: it counts as `true`. Helm does not check values by the schemas of this chart.";

test("schemas that lead outside, of packed charts too, are findings: the chart is offered, with file and place", async () => {
  const packed = await packageChart({ "Chart.yaml": chartYaml, "values.schema.json": outside });
  const archive = await packageChart({
    "Chart.yaml": chartYaml,
    "values.schema.json":
      '{"properties": {"a": {"$ref": "https://schemas.test/a.json"}, "b": {"type": "string"}}}',
    "charts/in.tgz": packed,
  });
  expect(await readChart(archive, reading("skip"))).toMatchObject({
    issues: [],
    findings: [
      { file: "values.schema.json", path: ["properties", "a", "$ref"], line: 1, message: finding },
      { file: "charts/in.tgz/values.schema.json", path: ["$ref"], line: 1, message: finding },
    ],
    // What the rest of the schema says still makes the form.
    valuesUi: { fields: [{ path: ["a"] }, { path: ["b"], type: "text" }, { path: [] }] },
  });
});

test("an installation may have them make a chart that is not offered", async () => {
  const archive = await packageChart({ "Chart.yaml": chartYaml, "values.schema.json": outside });
  expect(await readChart(archive, reading("refuse"))).toMatchObject({
    issues: [{ file: "values.schema.json", path: ["$ref"], message: finding }],
    findings: [],
  });
});

test("a chart within a chart that cannot be unpacked is told of", async () => {
  const archive = await packageChart({ "Chart.yaml": chartYaml, "charts/in.tgz": "no archive" });
  expect(await readChart(archive, reading("skip"))).toMatchObject({
    issues: [],
    findings: [
      {
        file: "charts/in.tgz",
        message: expect.stringContaining("cannot be read: The chart is not a complete gzip"),
      },
    ],
  });
});
