import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { chartFormOf, isValuesForm } from "../chart-form.ts";
import { issueText } from "../chart-issue.ts";
import type { Json, JsonObject } from "../json.ts";
import { parseChart } from "../parse-chart.ts";
import { fieldId, type ValueField } from "./value-field.ts";
import { ValuesForm } from "./values-form.ts";

const chartYaml = "apiVersion: v2\nname: plain\nversion: 1.0.0\n";

function parsed(files: Record<string, string>) {
  return parseChart(new Map(Object.entries({ "Chart.yaml": chartYaml, ...files })));
}

function formOf(schema: Json | undefined, text: string) {
  const files = schema === undefined ? {} : { "values.schema.json": JSON.stringify(schema) };
  const { valuesUi, issues } = parsed({ ...files, "values.yaml": text });
  expect(issues).toEqual([]);
  const form = chartFormOf(valuesUi);
  if (form === undefined || valuesUi === null || !isValuesForm(valuesUi)) throw new Error("no form");
  return { ...form, stored: valuesUi };
}

function flat(fields: readonly ValueField[]): Map<string, ValueField> {
  return new Map(fields.flatMap((field) => [[fieldId(field), field] as const, ...flat(field.fields)]));
}

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  required: ["host"],
  definitions: { port: { type: "integer", minimum: 1, maximum: 65_535 } },
  properties: {
    host: { type: "string", format: "hostname", title: "Host name", description: "Where it is found." },
    image: {
      type: "object",
      required: ["tag"],
      additionalProperties: false,
      properties: {
        tag: { type: "string", minLength: 1 },
        pullPolicy: { enum: ["Always", "IfNotPresent"], default: "Always" },
      },
    },
    port: { $ref: "#/definitions/port" },
    args: { type: "array", items: { type: "string" }, maxItems: 2 },
    debug: { type: ["boolean", "null"] },
    password: { type: "string", writeOnly: true },
    sidecars: { type: "array", items: { type: "object" } },
    annotations: { type: "object", additionalProperties: { type: "string" } },
  },
};
const text = 'image:\n  tag: "1.0"\nport: 80\nresources: {} # as you like\n';

describe("a form from values.schema.json", () => {
  const form = formOf(schema, text);
  const fields = flat(form.stored.fields);

  test.each([
    ["host", { type: "text", required: true, label: "Host name", helpText: "Where it is found." }],
    ["image", { type: "group", closed: true }],
    ["image.tag", { type: "text", required: true, label: "Tag", initialValue: "1.0" }],
    ["image.pullPolicy", { type: "RadioSelect", label: "Pull policy", initialValue: "Always" }],
    ["port", { type: "number", minimum: "1", maximum: "65535", step: "1", initialValue: 80 }],
    ["args", { type: "array", itemType: "text", initialValue: null }],
    ["debug", { type: "Checkbox" }],
    ["password", { type: "text", sensitive: true }],
    ["sidecars", { type: "Yaml" }],
    ["annotations", { type: "Yaml" }],
    ["resources", { type: "Yaml", initialValue: {}, label: "Resources" }],
    ["", { type: "Yaml", label: "Other values" }],
  ])("has the field %p", (id, expected) => {
    expect(fields.get(id)).toMatchObject(expected);
  });

  test("offers the values of an enum", () => {
    expect(fields.get("image.pullPolicy")?.options?.map(({ value }) => value)).toEqual([
      "Always",
      "IfNotPresent",
    ]);
  });

  test.each<[JsonObject, string[]]>([
    [{ host: "a.test" }, []],
    [{ host: "a.test", unknown: { to: ["the", "schema"] } }, []],
    [{}, ["host: Host name is required"]],
    [{ host: "not a host" }, ["host: Host name must be a valid hostname"]],
    [{ host: "a.test", port: 0 }, ["port: Port must be at least 1"]],
    [{ host: "a.test", port: 1.5 }, ["port: Port must be an int"]],
    [{ host: "a.test", image: { tag: "" } }, ["image.tag: Tag must have at least 1 characters"]],
    [{ host: "a.test", image: { tag: null } }, ["image.tag: Tag is required"]],
    [{ host: "a.test", image: "x" }, ["image: Image must be an object"]],
    [
      { host: "a.test", image: { pullPolicy: "Never" } },
      ['image.pullPolicy: Pull policy must be one of "Always", "IfNotPresent"'],
    ],
    [{ host: "a.test", image: { tga: "2" } }, ["image.tga: is no value of this chart"]],
    [{ host: "a.test", args: ["a", "b", "c"] }, ["args: Args must have at most 2 items"]],
    [{ host: "a.test", args: ["a", 1] }, ["args: Args must be a string (at 1)"]],
    [{ host: "a.test", sidecars: "x" }, ["sidecars: Sidecars must be an array"]],
    [{ host: "a.test", annotations: { a: 1 } }, ["annotations: Annotations must be a string (at a)"]],
  ])("judges %j by the values that Helm would see", (inputs, expected) => {
    expect(form.check(inputs).map(({ input, message }) => `${input}: ${message}`)).toEqual(expected);
  });

  test("gives Helm the values that people set, and no others", async () => {
    const inputs = { host: "a.test", image: { tag: "2" } };
    expect(await form.renderValues(inputs, () => null)).toEqual({ values: inputs, dropped: [] });
    expect(await form.renderSecrets(inputs, () => null)).toEqual([]);
  });

  test("knows its secrets: what is written only, and what is a password", () => {
    const nested = { properties: { db: { properties: { pin: { type: "string", format: "password" } } } } };
    expect([...form.sensitive]).toEqual(["password"]);
    expect(form.secretTexts({ password: "xyzzy", host: "a.test" })).toEqual(["xyzzy"]);
    const other = formOf(nested, "");
    expect([...other.sensitive]).toEqual(["db"]);
    expect(other.secretTexts({ db: { pin: "plugh", user: "x" } })).toEqual(["plugh"]);
  });
});

test("a chart without a schema has its values.yaml to edit, with its comments", async () => {
  const form = formOf(undefined, "# how many\nreplicas: 2\n");
  expect(form.stored.text).toBe("# how many\nreplicas: 2\n");
  expect(form.stored.fields).toMatchObject([
    { path: [], type: "Yaml", label: "Values", initialValue: { replicas: 2 } },
  ]);
  expect(form.check({ replicas: "many", whatever: true })).toEqual([]);
  expect((await form.renderValues({ replicas: 3 }, () => null)).values).toEqual({ replicas: 3 });
});

test("a chart whose values have a `config` gets the inputs there too, as charts made for Platz expect", async () => {
  const form = formOf(undefined, "config: {}\n");
  const values = async (inputs: JsonObject) => (await form.renderValues(inputs, () => null)).values;
  expect(await values({ size: 3 })).toEqual({ size: 3, config: { size: 3 } });
  expect(await values({ config: { size: 3 } })).toEqual({ config: { size: 3 } });
});

test("what Platz adds is asked of the schema: a closed one takes what it names, if it fits", () => {
  const closed = formOf(
    {
      additionalProperties: false,
      properties: { nodeSelector: { type: "object" }, ingress: { type: "boolean" } },
    },
    "",
  );
  expect(closed.allows("nodeSelector", { pool: "blue" })).toBe(true);
  expect(closed.allows("ingress", { enabled: false })).toBe(false);
  expect(closed.allows("platz", {})).toBe(false);
  expect(formOf({ properties: { a: { type: "string" } } }, "").allows("platz", {})).toBe(true);
});

test.each<[string, Json]>([
  ["a condition", { properties: { a: { if: { const: 1 }, else: { const: 1 } } } }],
  ["a reference to nothing", { properties: { a: { $ref: "#/definitions/none" } } }],
  ["a reference to elsewhere", { properties: { a: { $ref: "https://schemas.test/a.json" } } }],
  ["a pattern that looks around", { properties: { a: { type: "string", pattern: "^(?=b)" } } }],
  ["a pattern that is none", { properties: { a: { type: "string", pattern: "((" } } }],
  ["no schema at all", { properties: { a: "string" } }],
])("what cannot be checked is left to Helm: %s", (_what, strange) => {
  expect(formOf(strange, "").check({ a: `${"a".repeat(40)}!` })).toEqual([]);
});

test("a pattern that would keep another engine busy for ever is checked like others", () => {
  const form = formOf({ properties: { a: { type: "string", pattern: "^(a+)+$" } } }, "");
  expect(form.check({ a: "aaa" })).toEqual([]);
  expect(form.check({ a: `${"a".repeat(10_000)}!` })).toEqual([
    { input: "a", message: "A must match ^(a+)+$" },
  ]);
});

test("a pattern that only Helm can check is a finding at its place", () => {
  const schema = {
    properties: { a: { pattern: "^(?!x)" }, pattern: { type: "string" } },
    patternProperties: { "(a)\\1": true },
  };
  const { findings } = parsed({ "values.schema.json": JSON.stringify(schema, null, 1) });
  expect(findings.map(issueText)).toEqual([
    "values.schema.json:4: properties.a.pattern: is a pattern that looks around, which is not supported (at character 4): only Helm checks it",
    "values.schema.json:11: patternProperties.(a)\\1: is a pattern that refers back to a group, which is not supported (at character 6): only Helm checks it",
  ]);
});

test("a schema that refers to itself makes groups down to some depth, and YAML below", () => {
  const fields = [...flat(formOf({ properties: { a: { $ref: "#" } } }, "").stored.fields).values()];
  const depths = fields.map(({ path, type }) => [path.length, type] as const);
  expect(depths.find(([depth]) => depth === 3)?.[1]).toBe("group");
  expect(Math.max(...depths.map(([depth]) => depth))).toBeLessThan(12);
});

test("the form that the author ships wins over the chart's values", () => {
  const { valuesUi } = parsed({ "values.yaml": "a: 1", "platz/values-ui.yaml": '{"inputs": []}' });
  expect(valuesUi).toMatchObject({ inputs: [] });
});

test("a form that is broken is not replaced by one that its author did not mean", () => {
  const { valuesUi, issues } = parsed({ "values.yaml": "a: 1", "platz/values-ui.yaml": "[]" });
  expect(valuesUi).toBeNull();
  expect(issues).not.toEqual([]);
});

test("a schema or values that Helm could not read either are issues of their files", () => {
  expect(parsed({ "values.yaml": "a: [" }).issues).toMatchObject([{ file: "values.yaml", line: 1 }]);
  expect(parsed({ "values.schema.json": "{" }).issues).toMatchObject([{ file: "values.schema.json" }]);
});

test("values are read as Helm reads them: duplicate and merge keys, nothing but comments, more than we read", () => {
  const merged = formOf(undefined, "x: &x {a: 1}\ny: {<<: *x, b: 2}\na: 1\na: 2\n");
  expect(merged.stored.fields[0]?.initialValue).toEqual({ x: { a: 1 }, y: { a: 1, b: 2 }, a: 2 });
  expect(formOf(undefined, "# nothing yet\n").stored.fields[0]?.initialValue).toEqual({});
  const long = parsed({ "values.yaml": `a: ${"x".repeat(1_000_001)}` });
  expect([long.valuesUi, long.issues]).toEqual([null, []]);
});

test("no member of a schema or of values is taken for a prototype", () => {
  const strange = JSON.parse(
    '{"properties": {"__proto__": {"type": "string"}}, "required": ["constructor"]}',
  );
  const form = formOf(strange, "");
  expect(form.check({})).toEqual([]);
  expect(form.check(JSON.parse('{"__proto__": 1}'))).toMatchObject([{ input: "__proto__" }]);
  expect(Object.getPrototypeOf(form.stored.fields)).toBe(Array.prototype);
});

test("whatever the schema and the values: the form is made, stored and read back the same, and never throws", () => {
  const keyword = fc.constantFrom(
    ...[
      "type",
      "properties",
      "items",
      "enum",
      "const",
      "required",
      "allOf",
      "oneOf",
      "anyOf",
      "$ref",
      "not",
      "a",
    ],
  );
  const word = fc.constantFrom(
    "string",
    "object",
    "array",
    "integer",
    "#",
    "#/properties/a",
    "a",
    1,
    true,
    null,
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      word,
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(keyword, tie("json"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(keyword, json), fc.jsonValue(), (strange, values) => {
      const { valuesUi } = parsed({
        "values.schema.json": JSON.stringify(strange),
        "values.yaml": JSON.stringify({ a: values }),
      });
      const read = ValuesForm.parse(JSON.parse(JSON.stringify(valuesUi)));
      expect(read).toEqual(valuesUi as ValuesForm);
      const form = chartFormOf(valuesUi);
      for (const inputs of [{}, { a: values as Json }]) expect(form?.check(inputs)).toBeArray();
    }),
    { numRuns: 300 },
  );
});
