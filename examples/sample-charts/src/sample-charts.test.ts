import { expect, test } from "bun:test";
import { issueText, parseChart, validateInputs, valuesUiOf } from "@platz/chart-ext";
import { openRegistry } from "@platz/oci";
import { pushSampleCharts, sampleChartFiles, sampleCharts } from "./sample-charts.ts";

async function parsed(index: number) {
  const [chart] = sampleCharts.slice(index, index + 1);
  if (chart === undefined) throw new Error("no such sample");
  const files = await sampleChartFiles(chart);
  const text = new TextDecoder();
  return parseChart(new Map(Object.entries(files).map(([path, bytes]) => [path, text.decode(bytes)])));
}

test("every version of the paint mixer ships a form, actions, features and a resource type, without a mistake", async () => {
  for (const index of [0, 1, 2]) {
    const { issues, valuesUi, actions, features, resourceTypes } = await parsed(index);
    expect(issues).toEqual([]);
    for (const part of [valuesUi, actions, features, resourceTypes]) expect(part).not.toBeNull();
  }
});

test("the form of the second version asks for more than that of the first", async () => {
  const ids = async (index: number) =>
    valuesUiOf((await parsed(index)).valuesUi)?.inputs.map(({ id }) => id) ?? [];
  const first = await ids(0);
  expect((await ids(1)).filter((id) => !first.includes(id))).toEqual(["label"]);
});

test("the form accepts what the demo fills in", async () => {
  const form = valuesUiOf((await parsed(0)).valuesUi);
  const vault = crypto.randomUUID();
  expect(
    form && validateInputs(form, { hue: "green", litres: 2.5, vault, replicas: 2, note: "hi", glossy: true }),
  ).toEqual([]);
});

test("the broken form is told about by file and line, and takes nothing from the other files", async () => {
  const { issues, valuesUi, features } = await parsed(4);
  expect(issues.map(issueText)).toEqual([
    "platz/values-ui.yaml:5: inputs.0.type: must be array or one of text, number, CollectionSelect, RadioSelect, DaysAndHour, Checkbox",
  ]);
  expect(valuesUi).toBeNull();
  expect(features).not.toBeNull();
});

test("the same files have the same digest wherever and whenever they are pushed", async () => {
  const registry = openRegistry({ domain: process.env["PLATZ_TEST_REGISTRY"] ?? "" });
  const once = await pushSampleCharts(registry, { prefix: `test-${crypto.randomUUID()}` });
  const again = await pushSampleCharts(registry, { prefix: `test-${crypto.randomUUID()}` });
  expect(once.map(({ digest }) => digest)).toEqual(again.map(({ digest }) => digest));
  expect(new Set(once.map(({ digest }) => digest)).size).toBe(sampleCharts.length);
});
