import { type FieldChanges, type Json, sameJson } from "@platz/domain";

/** Fields that the database keeps by itself: that they changed says nothing. */
const kept = new Set(["id", "version", "createdAt", "updatedAt"]);

/** What stands for a value that must not be told. */
const SECRET = "(secret)";

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
          : { before: shortened(values.before), after: shortened(values.after) },
      ]),
  );
}

/** Dates become texts, what is undefined goes away, and what is sealed is hidden. */
function jsonFields(row: object | undefined): Record<string, Json> {
  if (row === undefined) return {};
  const text = JSON.stringify(row, (_key, value: unknown) => (isSealed(value) ? SECRET : value));
  return JSON.parse(text) as Record<string, Json>;
}

/** An encrypted part of a deployment's inputs, as the database holds it. */
function isSealed(value: unknown): boolean {
  return typeof value === "object" && value !== null && "$sealed" in value;
}

function hidden(value: Json): Json {
  return value === null ? null : SECRET;
}

function shortened(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? value : `${text.slice(0, LONGEST)}…`;
}
