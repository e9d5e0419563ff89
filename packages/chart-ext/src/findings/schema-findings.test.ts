import { describe, expect, test } from "bun:test";
import { issueText } from "../chart-issue.ts";
import { schemaFindings } from "./schema-findings.ts";

const text = (schema: unknown) => (typeof schema === "string" ? schema : JSON.stringify(schema));
const said = (schema: unknown) =>
  schemaFindings(new Map([["values.schema.json", { text: text(schema) }]])).map(issueText);

describe("a schema that leads outside of itself is found, with the place,", () => {
  test.each<[string, unknown, string]>([
    ["by http", { $ref: "http://a.test/x.json" }, "$ref: refers to http://a.test/x.json"],
    ["by https, with a pointer", { $ref: "https://a.test/x#/a" }, "$ref: refers to https://a.test/x#/a"],
    ["by file", { $ref: "file:///etc/passwd" }, "$ref: refers to file:///etc/passwd"],
    ["by a relative file", { $ref: "other.json#/a" }, "$ref: refers to other.json#/a"],
    ["by a path", { properties: { a: { $ref: "../x" } } }, "properties.a.$ref: refers to ../x"],
    ["without a scheme", { $ref: "//a.test/x" }, "$ref: refers to //a.test/x"],
    ["by a query alone", { $ref: "?a#/b" }, "$ref: refers to ?a#/b"],
    ["by a space before the fragment", { $ref: " #/a" }, "$ref: refers to  #/a"],
    ["in a list", { allOf: [{}, { $ref: "ftp://a.test" }] }, "allOf.1.$ref: refers to ftp://a.test"],
    ["where no keyword is", { default: { $ref: "a" } }, "default.$ref: refers to a"],
    ["by an escaped name", '{"\\u0024ref": "a"}', "$ref: refers to a"],
    ["by the last of two", '{"$ref": "#", "$ref": "a"}', "$ref: refers to a"],
    [
      "behind a byte order mark",
      new TextDecoder().decode(Buffer.from('\uFEFF{"$ref":"a"}')),
      "$ref: refers to a",
    ],
    [
      "by $dynamicRef",
      { items: { $dynamicRef: "http://a.test" } },
      "items.$dynamicRef: refers to http://a.test",
    ],
    ["by $recursiveRef", { $recursiveRef: "http://a.test" }, "$recursiveRef: refers to http://a.test"],
    [
      "by a near miss of a draft",
      { $ref: "http://json-schema.org/draft-07/schemaX#" },
      "$ref: refers to http",
    ],
    [
      "by its dialect",
      { $schema: "http://a.test/meta" },
      "$schema: names http://a.test/meta, which is no draft",
    ],
    ["by a dialect below", { items: { $schema: "a" } }, "items.$schema: names a, which is no draft"],
    [
      "by an address with a query",
      { $id: "http://a.test/b?" },
      "$id: is http://a.test/b?, by which Helm may",
    ],
    ["by an address with dots", { $id: "http://a.test/./b" }, "$id: is http://a.test/./b"],
    ["by an address with escapes", { $id: "http://a.test/%2e" }, "$id: is http://a.test/%2e"],
    [
      "by the address of an old draft",
      { id: "http://a.test/b?", items: { $schema: "http://json-schema.org/draft-04/schema" } },
      "id: is http://a.test/b?",
    ],
    ["or when it is no JSON", "{", " is no JSON. Helm does not check values"],
    ["or when it says more after its end", "{} {}", " is no JSON."],
    ["or when it is too long", `{"a":"${"a".repeat(1_000_000)}"}`, " has more than 1000000 characters"],
  ])("%s", (_, schema, message) => {
    const [first = "", ...more] = said(schema);
    expect(first.replace(/^values\.schema\.json(:\d+)?: ?/, "")).toStartWith(message.trimStart());
    expect(first).toEndWith("Helm does not check values by the schemas of this chart.");
    expect(more).toEqual([]);
  });
});

describe("a schema that refers to itself alone is left to Helm", () => {
  test.each<[string, unknown]>([
    ["by pointers and anchors", { $ref: "#/a", items: { $ref: "#", not: { $ref: "#anchor" } } }],
    ["with known drafts", { $schema: "http://json-schema.org/draft-07/schema#" }],
    ["with the newest one", { $schema: "https://json-schema.org/draft/2020-12/schema" }],
    ["with a draft as a part", { items: { $ref: "http://json-schema.org/draft-07/schema#" } }],
    ["with a plain address", { $id: "https://example.com/charts/x.schema.json", $ref: "#/a" }],
    ["with a host alone", { $id: "http://example.com:8080" }],
    ["with a urn", { $id: "urn:platz:chart" }],
    ["with ids that are fragments", { properties: { a: { $id: "#/properties/a" } } }],
    ["with properties of these names", { properties: { $ref: { type: "string" }, $schema: {}, id: {} } }],
    ["with things called id", { examples: [{ id: "a?b" }] }],
    ["with names in another case", { $REF: "http://a.test", "$ref ": "http://a.test" }],
    ["as nothing but true", "true"],
  ])("%s", (_, schema) => {
    expect(said(schema)).toEqual([]);
  });
});

test("the line is given where the value stands once, and the place always", () => {
  const schema =
    '{\n  "properties": {\n    "a": { "$ref": "x.json" },\n    "b": [{ "$ref": "y" }, { "$ref": "y" }]\n  }\n}';
  expect(said(schema).map((each) => each.slice(0, each.indexOf(" refers")))).toEqual([
    "values.schema.json:3: properties.a.$ref:",
    "values.schema.json: properties.b.0.$ref:",
    "values.schema.json: properties.b.1.$ref:",
  ]);
});

test("what cannot be read is told of by its path, and twenty findings of a file are enough", () => {
  const schemas = new Map([
    ["charts/a.tgz", { unreadable: "It is empty." }],
    ["values.schema.json", { text: text(Array.from({ length: 100 }, () => ({ $ref: "a" }))) }],
  ]);
  const found = schemaFindings(schemas);
  expect(found).toHaveLength(21);
  expect(issueText(found[0] ?? { file: "", path: [], message: "" })).toBe(
    "charts/a.tgz: cannot be read: It is empty. Helm does not check values by the schemas of this chart.",
  );
});

test("depth and width cost what their size is", () => {
  const half = 400_000;
  const deep = `${'{"a":'.repeat(half / 5)}{"$ref":"x"}${"}".repeat(half / 5)}`;
  const wide = `[${'{"$id":"a?b"},'.repeat(half / 10)}1]`;
  for (const schema of [deep, wide]) {
    const began = process.cpuUsage();
    const [first] = schemaFindings(new Map([["values.schema.json", { text: schema }]]));
    expect(first?.message).toBeString();
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(2_000);
  }
});
