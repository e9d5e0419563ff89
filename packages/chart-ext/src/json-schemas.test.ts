import { expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020.js";
import { parse } from "yaml";
import { extensionFileSchemas } from "./json-schemas.ts";
import { parseChart } from "./parse-chart.ts";

const examples = new URL("../../../examples/", import.meta.url).pathname;
const schemas = new Map(
  [...extensionFileSchemas()].map(([file, schema]) => [
    file,
    new Ajv2020({ strict: false, validateFormats: false }).compile(schema),
  ]),
);

test("there is a schema for each kind of extension file", () => {
  expect([...schemas.keys()]).toEqual([
    "platz/values-ui.yaml",
    "platz/actions.yaml",
    "platz/features.yaml",
    "platz/resources.yaml",
  ]);
});

test("every extension file of the examples that can be read fits its schema", async () => {
  let fitting = 0;
  for (const path of new Bun.Glob("*/chart*/platz/*.yaml").scanSync(examples)) {
    if (path.startsWith("broken-form/")) continue;
    const fits = schemas.get(path.slice(path.indexOf("platz/")));
    const isFit = fits?.(parse(await Bun.file(examples + path).text()));
    expect(`${path}: ${JSON.stringify(fits?.errors ?? [])}`).toBe(`${path}: []`);
    if (isFit) fitting += 1;
  }
  expect(fitting).toBeGreaterThan(3);
});

test.each([
  ["platz/values-ui.yaml", { apiVersion: "platz.io/v1beta1", kind: "ValuesUi", inputs: [{ type: "text" }] }],
  ["platz/actions.yaml", [{ apiVersion: "platz.io/v1beta1", kind: "Action", spec: { id: "x" } }]],
  ["platz/features.yaml", { apiVersion: "platz.io/v9", kind: "Features", spec: {} }],
  ["platz/resources.yaml", [{ apiVersion: "platz.io/v1beta1", kind: "ResourceType", key: "" }]],
] as const)("what %s must not be, neither its schema nor the parser takes: case %#", (file, document) => {
  expect(schemas.get(file)?.(document)).toBe(false);
  const files = new Map([
    ["Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"],
    [file, JSON.stringify(document)],
  ]);
  expect(parseChart(files).issues.map((issue) => issue.file)).toContain(file);
});
