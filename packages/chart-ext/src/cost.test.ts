import { expect, test } from "bun:test";
import { measureGrowth, printedSeed, seededRandom } from "@platz/worker/testing";
import { chartFormOf, formOfValuesUi } from "./chart-form.ts";
import { holds } from "./condition/json-logic.ts";
import type { Json, JsonObject } from "./json.ts";
import { limits } from "./limits.ts";
import { parseChart } from "./parse-chart.ts";
import { compilePattern } from "./pattern/compile-pattern.ts";
import { StepBudget } from "./step-budget.ts";
import { anything, form, hostileFiles, input, times } from "./testing/hostile-files.ts";
import { ValuesUiV0 } from "./values-ui.ts";

const random = seededRandom(printedSeed("the cost of charts"));
const chartYaml = "apiVersion: v2\nname: a\nversion: 1.0.0\n";
const parse = (files: Record<string, string>) =>
  parseChart(new Map(Object.entries({ "Chart.yaml": chartYaml, ...files })));
test.each(Object.keys(hostileFiles))(
  "to read a chart takes time that grows with its files: %s",
  async (name) => {
    const { size, of } = hostileFiles[name] ?? { size: 0, of: () => ({}) };
    expect((await measureGrowth({ prepare: of, run: parse, size })).excess).toBeUndefined();
  },
);

test.each([
  "platz/values-ui.yaml",
  "platz/actions.yaml",
  "platz/features.yaml",
  "platz/resources.yaml",
  "values.yaml",
  "values.schema.json",
])("whatever stands in %s, to read it takes time that grows with it", async (file) => {
  const trees = times(3, () => anything(2_000, random));
  // The same tree more often: what is compared is the length alone.
  const prepare = (n: number) => ({
    [file]: JSON.stringify({ all: times(n, (index) => trees[index % 3] ?? null) }),
  });
  expect((await measureGrowth({ prepare, run: parse, size: 3 })).excess).toBeUndefined();
});

/** Conditions by their size; each is asked of values of that size. */
const conditions: Record<string, { readonly size: number; of(size: number): Json }> = {
  "lists within lists": {
    size: 60,
    of: (n) => {
      const list = times(n, (index) => index + 1);
      const all = (of: Json): Json => ({ all: [list, of] });
      return all(all(all({ ">": [{ var: "" }, 0] })));
    },
  },
  "a list that doubles": {
    size: 30,
    of: (n) => ({
      reduce: [times(n, () => 1), { merge: [{ var: "accumulator" }, { var: "accumulator" }] }, [1]],
    }),
  },
  "a text that doubles": {
    size: 30,
    of: (n) => ({
      reduce: [times(n, () => 1), { cat: [{ var: "accumulator" }, { var: "accumulator" }] }, "x"],
    }),
  },
  "lists of lists that double": {
    size: 30,
    of: (n) => ({
      "==": [{ reduce: [times(n, () => 1), [{ var: "accumulator" }, { var: "accumulator" }], [1]] }, "x"],
    }),
  },
  "a search in a long text, again and again": {
    size: 400,
    of: (n) => ({ all: [times(n, () => "y"), { in: [{ var: "" }, "x".repeat(n * 10)] }] }),
  },
};

test.each(Object.keys(conditions))("to ask a condition takes a bounded number of steps: %s", async (name) => {
  const { size, of } = conditions[name] ?? { size: 0, of: () => null };
  const prepare = (n: number) => ({
    ui: ValuesUiV0.parse(JSON.parse(form(times(20, (index) => input(`i${index}`, { showIf: of(n) }))))),
    inputs: Object.fromEntries(times(n, (index) => [`i${index}`, "x"])),
  });
  const run = ({ ui, inputs }: ReturnType<typeof prepare>) => formOfValuesUi(ui).check(inputs);
  expect((await measureGrowth({ prepare, run, size })).excess).toBeUndefined();
});

test("the conditions of a form share a number of steps, so that many are not many times as long", async () => {
  const dear: Json = { all: [times(100, () => 1), { all: [times(90, () => 1), { var: "" }] }] };
  const prepare = (n: number) =>
    ValuesUiV0.parse(JSON.parse(form(times(n, (index) => input(`i${index}`, { showIf: dear })))));
  const run = (ui: ReturnType<typeof prepare>) => formOfValuesUi(ui).check({});
  expect((await measureGrowth({ prepare, run, size: 250 })).excess).toBeUndefined();
  const budget = new StepBudget(limits.formSteps);
  for (const { showIf } of prepare(1_000).inputs) holds(showIf, {}, budget);
  expect(budget.left).toBeLessThan(0);
});

const words = [
  "a*a*a*a*a*a*a*b$",
  "^.*.*.*.*.*.*.*.*=$",
  "^(a+)+$",
  "^((a|a)*|(a|b)*)*c$",
  "(a{1,30}){1,30}b",
];
test.each(words)("to look for %s in a text takes time that grows with the text", async (pattern) => {
  const compiled = compilePattern(pattern);
  if ("refused" in compiled) throw new Error(compiled.refused);
  const size = pattern.includes("{") ? 300 : 8_000;
  const growth = await measureGrowth({
    prepare: (n) => "a".repeat(n),
    run: (text) => compiled.test(text),
    size,
  });
  expect(growth.excess).toBeUndefined();
});

test("to make a pattern takes time that grows with it, however often it repeats what it repeats", async () => {
  const prepare = (n: number) => `${"(".repeat(n)}a${"){1000}".repeat(n)}`;
  for (const run of [compilePattern, (text: string) => compilePattern(text.replace("a", ""))]) {
    expect((await measureGrowth({ prepare, run, size: 24 })).excess).toBeUndefined();
  }
});

test("a form from a schema is checked in time that grows with it and the values", async () => {
  const prepare = (n: number) => {
    const schema = {
      properties: {
        list: { items: { anyOf: times(20, (index) => ({ enum: times(20, (each) => index * each) })) } },
        map: {
          patternProperties: Object.fromEntries(
            times(20, (index) => [`^a*a*a*${index}$`, { type: "string" }]),
          ),
          additionalProperties: false,
        },
      },
    };
    const { valuesUi } = parse({
      "values.schema.json": JSON.stringify(schema),
      "values.yaml": "a: 1\n".repeat(20 * n),
    });
    const inputs: JsonObject = {
      list: times(n, (index) => index),
      map: Object.fromEntries(times(n, (index) => [`aaaa${index}`, index])),
    };
    return { valuesUi, inputs };
  };
  const run = ({ valuesUi, inputs }: ReturnType<typeof prepare>) => chartFormOf(valuesUi)?.check(inputs);
  expect((await measureGrowth({ prepare, run, size: 200 })).excess).toBeUndefined();
});

/** Outputs by their number; each makes as much as it can. */
const outputs: Record<string, (index: number) => readonly string[]> = {
  "cells far into lists": (index) => [`k${index}`, "[1023]", "[1023]"],
  "deep ways": (index) => [`k${index}`, ...times(limits.pathElements - 1, () => "a")],
  "one large input at many places": (index) => [`k${index}`],
};

test.each(Object.keys(outputs))("what outputs make is bounded: %s", async (name) => {
  const pathOf = outputs[name] ?? (() => []);
  const prepare = (n: number) => ({
    ui: ValuesUiV0.parse(
      JSON.parse(
        form([input("a", { type: "array", itemType: "text" })], {
          values: times(n, (index) => ({ path: pathOf(index), value: { FieldValue: { input: "a" } } })),
          secrets: {
            s: Object.fromEntries(times(n, (index) => [`k${index}`, { FieldValue: { input: "a" } }])),
          },
        }),
      ),
    ),
    inputs: { a: times(n, () => "xxxxxxxx") },
  });
  const run = async ({ ui, inputs }: ReturnType<typeof prepare>) => {
    const chart = formOfValuesUi(ui);
    await chart.renderSecrets(inputs, () => null).catch(() => undefined);
    return await chart.renderValues(inputs, () => null);
  };
  expect((await measureGrowth({ prepare, run, size: 500 })).excess).toBeUndefined();
  const { ui, inputs } = prepare(2_000);
  await expect(formOfValuesUi(ui).renderValues(inputs, () => null)).rejects.toMatchObject({
    name: "RenderError",
    kind: "too-large",
  });
});
