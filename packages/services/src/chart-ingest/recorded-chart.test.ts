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
  const { error } = recorded({ "platz/actions.yaml": "- {}\n".repeat(1000) });
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
