import { expect, test } from "bun:test";
import { parseChart } from "@platz/chart-ext";
import { recordedChart } from "./recorded-chart.ts";

const chartYaml = (more = "") => `apiVersion: v2\nname: paint\nversion: "1.0.0"\n${more}`;
const recorded = (files: Record<string, string>) =>
  recordedChart(parseChart(new Map(Object.entries({ "Chart.yaml": chartYaml(), ...files }))), null);

const form = (label: string) =>
  `inputs: [{id: a, type: text, label: "${label}"}]\noutputs: {values: [], secrets: {}}\n`;

test.each(["x\\0y", "\\uD800"])(
  "a form that holds %s, which no database keeps, is an error of its author",
  (label) => {
    const { error, valuesUi, features } = recorded({
      "platz/values-ui.yaml": form(label),
      "platz/features.yaml": "standard_ingress: true\n",
    });
    expect(error).toBe("platz/values-ui.yaml: holds a NUL character or half of a character; take it out");
    expect(valuesUi).toBeNull();
    expect(features).not.toBeNull();
  },
);

test("what is read of Chart.yaml can always be stored", () => {
  const annotations = 'annotations: {platz.io/git/branch: "a\\0b", platz.io/git/commit: "\\uD800"}\n';
  const { parsedBranch, parsedCommit, error } = recorded({ "Chart.yaml": chartYaml(annotations) });
  expect({ parsedBranch, parsedCommit, error }).toEqual({
    parsedBranch: "a\uFFFDb",
    parsedCommit: "\uFFFD",
    error: null,
  });
});

test("of very many issues the first ones are kept, and how many more there are", () => {
  const { error } = recorded({ "platz/actions.yaml": "- {}\n".repeat(150) });
  const lines = error?.split("\n") ?? [];
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatch(/^and \d+ more$/);
});

test("an issue as long as a file is cut", () => {
  const { error } = recorded({ "platz/features.yaml": `${"x".repeat(5000)}: [` });
  expect(error?.length).toBeLessThanOrEqual(20 * 501 + 20);
});

test("what loads but cannot be meant is kept for the author, and stops nothing", () => {
  const twice = "inputs: [{id: a, type: text, label: A}, {id: a, type: text, label: B}]";
  expect(recorded({ "platz/values-ui.yaml": twice })).toMatchObject({
    error: null,
    findings: "platz/values-ui.yaml:1: inputs.1.id: is the id of an earlier one too: only the first counts",
  });
});

test("a chart without a form, whose values no database keeps, is a chart without a form", () => {
  expect(recorded({ "values.yaml": 'a: "x\\0y"' })).toMatchObject({ valuesUi: null, error: null });
  expect(recorded({ "values.yaml": "a: xy" })).toMatchObject({
    valuesUi: { kind: "ValuesForm" },
    error: null,
  });
});

const earlierForms = (form: Record<string, string>) => ({ imageTag: "1.0.0", ...recorded(form) });
const secretForm = (sensitive: boolean) =>
  `inputs: [{id: a, type: text, label: A, sensitive: ${sensitive}}]\noutputs: {values: [], secrets: {}}\n`;
const schema = (format: string) =>
  JSON.stringify({ properties: { db: { properties: { password: { type: "string", format } } } } });
const filesOf = (sensitive: boolean): Record<string, Record<string, string>> => ({
  "of a form": { "platz/values-ui.yaml": secretForm(sensitive) },
  "of an action": {
    "platz/actions.yaml": `- apiVersion: platz.io/v1beta1
  kind: Action
  spec: {id: go, title: Go, description: Goes, allowed_role: Owner, endpoint: standard_ingress, path: /go, method: POST,
    ui_schema: {inputs: [{id: a, type: text, label: A, sensitive: ${sensitive}}], outputs: {values: []}}}
`,
  },
  "of a resource type": {
    "platz/resources.yaml": `- apiVersion: platz.io/v1beta1
  kind: ResourceType
  key: shelf
  spec: {name_singular: Shelf, name_plural: Shelves, fontawesome_icon: x,
    values_ui: {inputs: [{id: a, type: text, label: A, sensitive: ${sensitive}}]}}
`,
  },
  "of the chart's values": { "values.schema.json": schema(sensitive ? "password" : "hostname") },
});

test.each(Object.keys(filesOf(true)))(
  "a version that does not call an input %s sensitive any more says so among its findings",
  (what) => {
    const [before, after] = [filesOf(true)[what] ?? {}, filesOf(false)[what] ?? {}];
    const files = new Map(Object.entries({ "Chart.yaml": chartYaml(), ...after }));
    const findingsAfter = (earlier: Record<string, string>) =>
      recordedChart(parseChart(files), null, earlierForms(earlier)).findings ?? "";
    expect(findingsAfter(before)).toContain(
      "is called sensitive by the earlier version 1.0.0 and not any more",
    );
    expect(findingsAfter(after)).not.toContain("sensitive");
  },
);

test("a version without any form says which secrets that opens", () => {
  const files = new Map(Object.entries({ "Chart.yaml": chartYaml() }));
  const earlier = earlierForms({ "platz/values-ui.yaml": secretForm(true) });
  expect(recordedChart(parseChart(files), null, earlier).findings).toStartWith(
    "platz/values-ui.yaml: a: is called",
  );
});
