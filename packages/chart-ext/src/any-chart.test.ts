import { expect, test } from "bun:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { actionsOf } from "./actions.ts";
import { chartFormOf, valuesUiOf } from "./chart-form.ts";
import { featuresOf } from "./features.ts";
import type { Json, JsonObject } from "./json.ts";
import { type ParsedChart, parseChart } from "./parse-chart.ts";
import { resourceTypesOf } from "./resource-types.ts";
import { elementTypes, type FormInput } from "./values-ui.ts";

const copy = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Names as people give them, and those that reach for a prototype or mean something in a path. */
const name = fc.oneof(
  fc.constantFrom("a", "b", "c", "d"),
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "[+]", "[=]", "[0]", "[3]", "[x]"),
);
/** As files hold it: there is no negative zero in JSON. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => copy(value));
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
/** Some parts are left out, as authors do. */
const sparse = (shape: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) =>
  fc.record(shape, { requiredKeys });

const condition = fc.oneof(
  fc.boolean(),
  fc.record({ "==": fc.tuple(fc.record({ var: name }), json) }),
  fc.record({ "!!": fc.record({ var: name }) }),
  json,
);
const formInput = sparse(
  {
    id: name,
    type: fc.constantFrom(...elementTypes, "array", "TEXT"),
    itemType: fc.constantFrom(...elementTypes),
    collection: fc.constantFrom<Json>("secrets", { deployment: "Shop", type: "shop" }, "brick"),
    label: fc.string(),
    initialValue: json,
    helpText: fc.string(),
    required: fc.boolean(),
    sensitive: fc.boolean(),
    options: fc.array(sparse({ value: json, label: fc.string() }, ["value"]), { maxLength: 3 }),
    showIfAll: fc.array(fc.record({ field: name, value: json }), { maxLength: 2 }),
    showIf: condition,
    minimum: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant("0.5")),
    maximum: fc.integer({ min: 5, max: 50 }),
  },
  ["id", "type", "itemType", "collection", "label"],
);
const path = fc.array(name, { maxLength: 4 });

/** A form whose outputs name inputs that it has, and properties of those alone that choose from a collection. */
const form = fc.array(formInput, { maxLength: 5 }).chain((inputs): fc.Arbitrary<object> => {
  if (inputs.length === 0) return fc.constant({ inputs, outputs: { values: [] } });
  const first = (id: unknown) => inputs.find((each) => each["id"] === id);
  const reference = fc.constantFrom(...inputs).map((input) => {
    const { type, itemType } = first(input["id"]) ?? input;
    const isSelect = [type, type === "array" ? itemType : ""].includes("CollectionSelect");
    return isSelect
      ? { FieldProperty: { input: input["id"], property: "name" } }
      : { FieldValue: { input: input["id"] } };
  });
  const outputs = fc.record({
    values: fc.array(fc.record({ path, value: reference }), { maxLength: 6 }),
    secrets: fc.dictionary(name, fc.dictionary(name, reference, { maxKeys: 2 }), { maxKeys: 2 }),
  });
  return fc.record({ inputs: fc.constant(inputs), outputs });
});

const action = sparse(
  {
    id: fc.string({ minLength: 1 }),
    allowed_role: fc.constantFrom("Owner", "Maintainer"),
    allowed_on_statuses: fc.array(fc.string(), { maxLength: 2 }),
    endpoint: fc.constant("standard_ingress"),
    path: fc.string(),
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
    title: fc.string(),
    description: fc.string(),
    dangerous: fc.boolean(),
    ui_schema: form,
  },
  ["id", "allowed_role", "endpoint", "path", "method", "title", "description"],
);
const apiVersion = "platz.io/v1beta1";
const actions = fc.oneof(
  fc.record({ schema_version: fc.nat(9), actions: fc.array(action, { maxLength: 2 }) }),
  fc.array(fc.record({ apiVersion: fc.constant(apiVersion), kind: fc.constant("Action"), spec: action }), {
    maxLength: 2,
  }),
);
const featuresV0 = sparse(
  {
    standard_ingress: fc.boolean(),
    status: fc.record({
      endpoint: fc.constant("standard_ingress"),
      path: fc.string(),
      refresh_interval_secs: fc.nat(),
    }),
    cardinality: fc.constantFrom("Many", "OnePerCluster"),
    reinstall_dependencies: fc.boolean(),
    node_selector_paths: fc.array(path, { maxLength: 2 }),
  },
  [],
);
const features = fc.oneof(
  featuresV0,
  fc.record({ apiVersion: fc.constant(apiVersion), kind: fc.constant("Features"), spec: featuresV0 }),
  fc.record({
    apiVersion: fc.constant("platz.io/v1beta2"),
    kind: fc.constant("Features"),
    spec: sparse({ ingress: sparse({ enabled: fc.boolean() }, ["enabled"]), display: fc.constant({}) }, []),
  }),
);
const resources = fc.array(
  fc.record({
    apiVersion: fc.constant(apiVersion),
    kind: fc.constant("ResourceType"),
    key: fc.string({ minLength: 1 }),
    spec: sparse(
      {
        name_singular: fc.string(),
        name_plural: fc.string(),
        fontawesome_icon: fc.string(),
        global: fc.boolean(),
        values_ui: form,
        lifecycle: fc.constant({ create: {}, delete: { allowed_role: "Owner" } }),
      },
      ["name_singular", "name_plural", "fontawesome_icon", "values_ui"],
    ),
  }),
  { maxLength: 2 },
);

/** The same document is written as JSON, which is YAML too, or as YAML. */
const write = fc.constantFrom<(document: unknown) => string>(
  (document) => JSON.stringify(document),
  (document) => stringify(document, { aliasDuplicateObjects: false }),
);

function parsed(files: Readonly<Record<string, string | undefined>>): ParsedChart {
  const given = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return parseChart(new Map([["Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n"], ...given]));
}

test("whatever a chart ships: its canonical form reads back as itself, and as the same files again", () => {
  const chart = fc.record({
    form: maybe(form),
    actions: maybe(actions),
    features: maybe(features),
    resources: maybe(resources),
    write,
  });
  fc.assert(
    fc.property(chart, ({ form, actions, features, resources, write }) => {
      const text = (document: unknown) => (document === undefined ? undefined : write(document));
      const {
        metadata: _,
        issues,
        findings: __,
        ...parts
      } = parsed({
        "platz/values-ui.yaml": text(form),
        "platz/actions.yaml": text(actions),
        "platz/features.yaml": text(features),
        "platz/resources.yaml": text(resources),
      });
      expect(issues).toEqual([]);
      const again = parsed({
        "platz/values-ui.yaml": text(parts.valuesUi ?? undefined),
        "platz/actions.yaml": text(parts.actions ?? undefined),
        "platz/features.yaml": text(parts.features ?? undefined),
        "platz/resources.yaml": text(parts.resourceTypes ?? undefined),
      });
      expect(again).toMatchObject({ ...parts, issues: [] });
      if (parts.valuesUi !== null) expect(valuesUiOf(copy(parts.valuesUi))).toEqual(copy(parts.valuesUi));
      expect(actionsOf(copy(parts.actions))).toEqual(actionsOf(parts.actions));
      expect(featuresOf(copy(parts.features))).toEqual(featuresOf(parts.features));
      expect(resourceTypesOf(copy(parts.resourceTypes))).toEqual(parts.resourceTypes ?? []);
    }),
    { numRuns: 300 },
  );
});

/** A value that the input may take, more often than not. */
function valueFor(input: FormInput): fc.Arbitrary<Json | undefined> {
  const one = (type: string | null): fc.Arbitrary<Json> => {
    if (type === "number") return fc.integer({ min: 1, max: 9 });
    if (type === "Checkbox") return fc.boolean();
    if (type === "CollectionSelect") return fc.uuid();
    if (type === "DaysAndHour") return fc.constant({ run_days: "1,5", schedule: "23:15" });
    if (type === "RadioSelect")
      return fc.constantFrom(...(input.options ?? []).map(({ value }) => value), null);
    return fc.string();
  };
  const fitting = input.type === "array" ? fc.array(one(input.itemType), { maxLength: 2 }) : one(input.type);
  return fc.oneof(
    { weight: 6, arbitrary: fitting },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  );
}

test("rendering never throws on inputs that a form accepts, and reaches no prototype", async () => {
  let accepted = 0;
  const filled = form.chain((document) => {
    const stored = parsed({ "platz/values-ui.yaml": JSON.stringify(document) }).valuesUi;
    const ui = valuesUiOf(stored);
    const inputs = fc.tuple(...(ui?.inputs ?? []).map((input) => valueFor(input)));
    return fc.record({ stored: fc.constant(stored), inputs: inputs.map((values) => ({ ui, values })) });
  });
  await fc.assert(
    fc.asyncProperty(filled, async ({ stored, inputs: { ui, values } }) => {
      const inputs: JsonObject = Object.fromEntries(
        (ui?.inputs ?? []).flatMap(({ id }, index) => {
          const value = values[index];
          return value === undefined ? [] : [[id, value]];
        }),
      );
      const form = chartFormOf(stored);
      if (form === undefined || form.check(inputs).length > 0) return;
      accepted += 1;
      const rendered = await form.renderValues(inputs, ({ itemId }) => itemId);
      const secrets = await form.renderSecrets(inputs, ({ itemId }) => itemId);
      expect(Object.getPrototypeOf(rendered.values)).toBe(Object.prototype);
      for (const { data } of secrets) for (const text of Object.values(data)) expect(text).toBeString();
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(Object.keys(Array.prototype)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
  // The promise is of accepted inputs: there have to be some.
  expect(accepted).toBeGreaterThan(100);
});
