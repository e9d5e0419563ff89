import { isObject, type Json, type JsonObject, own } from "../json.ts";
import { inlineReferences } from "./inline-references.ts";
import { numberAt, type SchemaNode, schemaNode, textAt } from "./schema-node.ts";
import type { FieldType, ValueField } from "./value-field.ts";
import type { ValuesForm } from "./values-form.ts";

/** How many levels of groups are shown as such; below them stands YAML. */
const GROUPS_MAX = 8;

/**
 * The form of a chart without a values UI: fields for what its values.schema.json describes, YAML for the rest; without
 * a schema its values.yaml as a whole. Never throws: of a schema that says nothing usable comes YAML.
 */
export function formFromValues(chart: {
  readonly schema: Json | undefined;
  /** What its values.yaml sets, and how it is written. */
  readonly defaults: JsonObject;
  readonly text: string;
}): ValuesForm {
  const { defaults, text } = chart;
  const dialect = dialectOf(chart.schema);
  const root = schemaNode(chart.schema === undefined ? true : inlineReferences(chart.schema));
  const fields = fieldsOf(root, defaults, { path: [], dialect });
  const whole = { path: [], label: fields.length === 0 ? "Values" : "Other values", initialValue: defaults };
  const rest = root.closed ? [] : [yamlField(fields.length === 0 ? whole : { ...whole, initialValue: {} })];
  return {
    apiVersion: "platz.io/v1",
    kind: "ValuesForm",
    fields: [...fields, ...rest],
    closed: root.closed,
    defaults,
    text,
  };
}

const DIALECT_LENGTH_MAX = 200;

/** Each part of the schema is kept with it. */
function dialectOf(schema: Json | undefined): Json | undefined {
  const dialect = isObject(schema) ? own(schema, "$schema") : undefined;
  return typeof dialect === "string" && dialect.length <= DIALECT_LENGTH_MAX ? dialect : undefined;
}

interface Place {
  readonly path: readonly string[];
  /** Which JSON Schema this is. */
  readonly dialect: Json | undefined;
}

/** The fields of an object: those that its schema names, then those that values.yaml has beside them. */
function fieldsOf(node: SchemaNode, defaults: JsonObject, place: Place): ValueField[] {
  const required = new Set(node.required);
  const named = Object.entries(node.properties).map(([key, json]) =>
    fieldOf(
      json,
      { ...place, path: [...place.path, key] },
      {
        initialValue: own(defaults, key),
        required: required.has(key),
      },
    ),
  );
  const isDescribed = named.length > 0;
  const others = Object.entries(isDescribed ? defaults : {})
    .filter(([key]) => own(node.properties, key) === undefined)
    .map(([key, initialValue]) =>
      yamlField({ path: [...place.path, key], label: labelOf(key), initialValue }),
    );
  return [...named, ...others];
}

type Given = { readonly initialValue: Json | undefined; readonly required: boolean };

function fieldOf(json: Json, place: Place, { initialValue, required }: Given): ValueField {
  const node = schemaNode(json);
  const { schema } = node;
  const field: ValueField = {
    ...yamlField({
      path: place.path,
      label: textAt(schema, "title") ?? labelOf(place.path.at(-1) ?? ""),
      initialValue: initialValue ?? own(schema, "default") ?? null,
    }),
    helpText: textAt(schema, "description"),
    required,
    sensitive: own(schema, "writeOnly") === true || own(schema, "format") === "password",
    schema: ofDialect(json, place.dialect),
  };
  const shape = shapes[node.type ?? ""];
  return { ...field, ...shape?.(node, { place, initialValue }) };
}

type Shape = (
  node: SchemaNode,
  at: { readonly place: Place; readonly initialValue: Json | undefined },
) => Partial<ValueField>;

/** What becomes of each type of JSON Schema. What is not here, or has nothing to be made of, stays YAML. */
const shapes: Readonly<Record<string, Shape>> = {
  string: () => ({ type: "text" }),
  boolean: () => ({ type: "Checkbox" }),
  number: (node) => numbers(node),
  integer: (node) => ({ ...numbers(node), step: numberAt(node.schema, "multipleOf") ?? "1" }),
  choice: ({ choices }) => ({ type: "RadioSelect", options: optionsOf(choices) }),
  object(node, { place, initialValue }) {
    if (place.path.length > GROUPS_MAX || Object.keys(node.properties).length === 0) return {};
    const fields = fieldsOf(node, isObject(initialValue) ? initialValue : {}, place);
    return { type: "group", schema: null, initialValue: null, closed: node.closed, fields };
  },
  array({ schema }) {
    const item = schemaNode(own(schema, "items") ?? true);
    const itemType = itemTypes[item.type ?? ""];
    if (itemType === undefined) return {};
    const { minimum = null, maximum = null, step = null } = itemType === "number" ? numbers(item) : {};
    return { type: "array", itemType, options: optionsOf(item.choices), minimum, maximum, step };
  },
};

const itemTypes: Readonly<Record<string, ValueField["itemType"] & FieldType>> = {
  string: "text",
  boolean: "Checkbox",
  number: "number",
  integer: "number",
  choice: "RadioSelect",
};

function numbers({ schema }: SchemaNode): Partial<ValueField> {
  return {
    type: "number",
    minimum: numberAt(schema, "minimum") ?? numberAt(schema, "exclusiveMinimum"),
    maximum: numberAt(schema, "maximum") ?? numberAt(schema, "exclusiveMaximum"),
    step: numberAt(schema, "multipleOf"),
  };
}

function optionsOf(choices: SchemaNode["choices"]): ValueField["options"] {
  return choices?.map((choice) => ({ ...choice, helpText: null })) ?? null;
}

function yamlField(given: {
  readonly path: readonly string[];
  readonly label: string;
  readonly initialValue: Json;
}): ValueField {
  return {
    ...given,
    path: [...given.path],
    type: "Yaml",
    itemType: null,
    helpText: null,
    required: false,
    sensitive: false,
    options: null,
    minimum: null,
    maximum: null,
    step: null,
    schema: true,
    closed: false,
    fields: [],
  };
}

/** A part of a schema says by itself of which dialect it is. */
function ofDialect(schema: Json, dialect: Json | undefined): Json {
  return isObject(schema) && dialect !== undefined ? { ...schema, $schema: dialect } : schema;
}

const LABEL_LENGTH_MAX = 200;

/** `imagePullPolicy` as people read it: `Image pull policy`. */
function labelOf(key: string): string {
  const words = key
    .slice(0, LABEL_LENGTH_MAX)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[-_]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
