import { type FieldChanges, type Json, sameJson } from "@platz/domain";
import { hiddenTogether } from "../sealed/hidden-together.ts";
import { SECRET } from "../sealed/sealed-json.ts";

/** Fields that the database keeps by itself: that they changed says nothing. */
const kept = new Set(["id", "version", "createdAt", "updatedAt"]);

/** The longest value that is kept whole, in characters of JSON: the log is to be read by people. */
const LONGEST = 4000;

interface Rows {
  readonly before: object | undefined;
  readonly after: object | undefined;
  readonly secrets: readonly string[];
}

/** The fields that differ, each with what was and what is; absent counts as null. */
export function fieldChanges({ before, after, secrets }: Rows): FieldChanges {
  const was = jsonFields(before);
  const is = jsonFields(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !kept.has(name));
  return Object.fromEntries(
    names
      .map((name) => ({ name, before: was[name] ?? null, after: is[name] ?? null }))
      .filter((field) => !sameJson(field.before, field.after))
      .map(({ name, ...values }) => [
        name,
        secrets.includes(name)
          ? { before: hidden(values.before), after: hidden(values.after) }
          : shown(values),
      ]),
  );
}

/** Dates become texts, and what is undefined goes away. */
function jsonFields(row: object | undefined): Record<string, Json> {
  return row === undefined ? {} : (JSON.parse(JSON.stringify(row)) as Record<string, Json>);
}

function hidden(value: Json): Json {
  return value === null ? null : SECRET;
}

/** With what is sealed on either side hidden on both, and not longer than people read. */
function shown(values: { readonly before: Json; readonly after: Json }): FieldChanges[string] {
  const [before, after] = hiddenTogether(values.before, values.after);
  return { before: bounded(before), after: bounded(after) };
}

function bounded(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? value : `${text.slice(0, LONGEST)}…`;
}
