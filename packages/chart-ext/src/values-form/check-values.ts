import { isObject, type Json, type JsonObject, own } from "../json.ts";
import { SchemaCheck } from "../json-schema/schema-check.ts";
import { optionIssue } from "../options.ts";
import type { InputIssue } from "../validate-inputs.ts";
import { fieldId, type ValueField } from "./value-field.ts";
import { defaultsOf, layered, type ValuesForm } from "./values-form.ts";

/**
 * What is wrong with values that people set, laid over those of the chart: what is required and absent, what its schema
 * does not allow, what the chart does not know.
 */
export function checkValues(form: ValuesForm, values: JsonObject): InputIssue[] {
  return checkGroup({ ...form, path: [] }, layered(defaultsOf(form), values), new SchemaCheck());
}

/** Whether the chart's schema allows this at the top of its values. */
export function allowsValue({ fields, closed }: ValuesForm, key: string, value: Json): boolean {
  const field = fields.find(({ path }) => path.length === 1 && path[0] === key);
  return field === undefined ? !closed : checkField(field, value, new SchemaCheck()).length === 0;
}

interface Group {
  readonly path: readonly string[];
  readonly fields: readonly ValueField[];
  readonly closed: boolean;
}

function checkGroup({ path, fields, closed }: Group, values: JsonObject, check: SchemaCheck): InputIssue[] {
  const named = fields.filter((field) => field.path.length > path.length);
  const issues = named.flatMap((field) => checkField(field, own(values, field.path.at(-1) ?? ""), check));
  if (!closed) return issues;
  const names = new Set(named.map((field) => field.path.at(-1)));
  const unknown = Object.keys(values).filter((key) => !names.has(key));
  return [
    ...issues,
    ...unknown.map((key) => ({
      input: fieldId({ path: [...path, key] }),
      message: "is no value of this chart",
    })),
  ];
}

function checkField(field: ValueField, value: Json | undefined, check: SchemaCheck): InputIssue[] {
  if (field.type === "group" && isObject(value)) return checkGroup(field, value, check);
  const message = value === undefined ? absence(field) : wrongness(field, value, check);
  return message === undefined ? [] : [{ input: fieldId(field), message: `${field.label} ${message}` }];
}

function absence({ required }: ValueField): string | undefined {
  return required ? "is required" : undefined;
}

function wrongness(
  { type, options, schema }: ValueField,
  value: Json,
  check: SchemaCheck,
): string | undefined {
  // Helm takes a null for what is not set.
  if (value === null) return undefined;
  if (type === "group") return "must be an object";
  if (type !== "RadioSelect" || options === null) return check.wrongness(schema, value);
  return optionIssue(options, value);
}
