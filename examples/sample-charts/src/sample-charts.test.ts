import { expect, test } from "bun:test";
import { chartFormOf, issueText, parseChart, validateInputs, valuesUiOf } from "@platz/chart-ext";
import { openRegistry } from "@platz/oci";
import { pushSampleCharts, sampleChartFiles, sampleCharts } from "./sample-charts.ts";

async function parsed(repository: string, tag = "1.0.0") {
  const chart = sampleCharts.find((each) => each.repository === repository && each.tag === tag);
  if (chart === undefined) throw new Error("no such sample");
  const files = await sampleChartFiles(chart);
  const text = new TextDecoder();
  return parseChart(new Map(Object.entries(files).map(([path, bytes]) => [path, text.decode(bytes)])));
}

test("every version of the paint mixer ships a form, actions, features and a resource type, without a mistake", async () => {
  for (const tag of ["1.0.0", "2.0.0", "2.1.0"]) {
    const { issues, valuesUi, actions, features, resourceTypes } = await parsed("paint-mixer", tag);
    expect(issues).toEqual([]);
    for (const part of [valuesUi, actions, features, resourceTypes]) expect(part).not.toBeNull();
  }
});

test("the form of the second version asks for more than that of the first", async () => {
  const ids = async (tag: string) =>
    valuesUiOf((await parsed("paint-mixer", tag)).valuesUi)?.inputs.map(({ id }) => id) ?? [];
  const first = await ids("1.0.0");
  expect((await ids("2.0.0")).filter((id) => !first.includes(id))).toEqual(["label"]);
});

test("the form accepts what the demo fills in", async () => {
  const form = valuesUiOf((await parsed("paint-mixer")).valuesUi);
  const vault = crypto.randomUUID();
  expect(
    form && validateInputs(form, { hue: "green", litres: 2.5, vault, replicas: 2, note: "hi", glossy: true }),
  ).toEqual([]);
});

test("the broken form is told about by file and line, and takes nothing from the other files", async () => {
  const { issues, valuesUi, features } = await parsed("broken-form");
  expect(issues.map(issueText)).toEqual([
    "platz/values-ui.yaml:5: inputs.0.type: must be array or one of text, number, CollectionSelect, RadioSelect, DaysAndHour, Checkbox",
  ]);
  expect(valuesUi).toBeNull();
  expect(features).not.toBeNull();
});

test("a chart with nothing made for Platz has the form that its schema makes", async () => {
  const { issues, valuesUi } = await parsed("from-schema");
  expect(issues).toEqual([]);
  const form = chartFormOf(valuesUi);
  expect(form?.check({ greeting: "Good day", image: { tag: "mainline" } })).toEqual([]);
  expect(form?.check({ greeting: "", replicas: 9, imgae: {} }).map(({ message }) => message)).toEqual([
    "Greeting must have at least 1 characters",
    "Replicas must be at most 5",
    "is no value of this chart",
  ]);
});

test("the same files have the same digest wherever and whenever they are pushed", async () => {
  const registry = openRegistry({ domain: process.env["PLATZ_TEST_REGISTRY"] ?? "" });
  const once = await pushSampleCharts(registry, { prefix: `test-${crypto.randomUUID()}` });
  const again = await pushSampleCharts(registry, { prefix: `test-${crypto.randomUUID()}` });
  expect(once.map(({ digest }) => digest)).toEqual(again.map(({ digest }) => digest));
  expect(new Set(once.map(({ digest }) => digest)).size).toBe(sampleCharts.length);
});
