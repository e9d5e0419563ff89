import { isObject, type Json, type JsonObject, own } from "../json.ts";
import type { ValueField } from "./value-field.ts";
import type { ValuesForm } from "./values-form.ts";

/** Keys at the top of the values below which a secret stands, or may stand. */
export function secretKeys(form: ValuesForm): ReadonlySet<string> {
  return new Set(secretFields(form).flatMap(({ path }) => path.slice(0, 1)));
}

/** The secret texts among these values. */
export function secretTexts(form: ValuesForm, values: JsonObject): string[] {
  return secretFields(form)
    .flatMap(({ path }) => textsIn(valueAt(values, path)))
    .filter((text) => text !== "");
}

function secretFields({ fields }: { readonly fields: readonly ValueField[] }): ValueField[] {
  return fields.flatMap((field) => (field.sensitive ? [field] : secretFields(field)));
}

function valueAt(values: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) => (isObject(value) ? own(value, key) : undefined),
    values,
  );
}

/** Texts and numbers among a value, in whatever depth, as text. */
export function textsIn(value: Json | undefined): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
