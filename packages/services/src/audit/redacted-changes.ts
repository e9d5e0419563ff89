import { type FieldChanges, type Json, type JsonObject, sameJson } from "@platz/domain";
import { textsIn } from "../sealed/seal-sensitive.ts";
import { SECRET } from "../sealed/sealed-json.ts";

/** Shorter texts are the same by chance. */
const TELLING_LENGTH = 4;

/**
 * What an entry says of a change, without these texts, and without values whose other side is hidden: what was a secret
 * before or after is hidden on both sides. The very same when there is nothing to hide.
 */
export function redactedChanges(changes: FieldChanges, texts: ReadonlySet<string>): FieldChanges {
  const forms = [...texts]
    .filter((text) => text.length >= TELLING_LENGTH)
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  const redacted = Object.fromEntries(
    Object.entries(changes).map(([field, { before, after }]) => {
      const [was, is] = hiddenOnBoth(before, after);
      return [field, { before: without(was, forms), after: without(is, forms) }];
    }),
  );
  return sameJson(redacted as JsonObject, changes as JsonObject) ? changes : redacted;
}

/** The texts that an entry tells on one side and hides on the other. */
export function halfHiddenTexts(changes: FieldChanges): string[] {
  return Object.values(changes).flatMap(({ before, after }) => halfHidden(before, after));
}

function halfHidden(before: Json, after: Json): string[] {
  if (isHidden(before)) return isHidden(after) ? [] : textsIn(after);
  if (isHidden(after)) return textsIn(before);
  if (!isObject(before) || !isObject(after)) return [];
  return keysOf(before, after).flatMap((key) => halfHidden(before[key] ?? null, after[key] ?? null));
}

function hiddenOnBoth(before: Json, after: Json): [Json, Json] {
  if (isHidden(before) || isHidden(after)) return [hidden(before), hidden(after)];
  if (!isObject(before) || !isObject(after)) return [before, after];
  const pairs = keysOf(before, after).map(
    (key) => [key, hiddenOnBoth(before[key] ?? null, after[key] ?? null)] as const,
  );
  const side = (document: JsonObject, of: 0 | 1) =>
    Object.fromEntries(
      pairs.filter(([key]) => Object.hasOwn(document, key)).map(([key, pair]) => [key, pair[of]]),
    );
  return [side(before, 0), side(after, 1)];
}

/** A text that holds one of these is hidden as a whole: it may be a document that was cut. */
function without(value: Json, forms: readonly string[]): Json {
  if (typeof value === "string") return forms.some((form) => value.includes(form)) ? SECRET : value;
  if (typeof value === "number") return forms.includes(String(value)) ? SECRET : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => without(item, forms));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, forms)]));
}

const isHidden = (value: Json) => value === SECRET;

function hidden(value: Json): Json {
  const isEmpty = value === null || (isObject(value) && Object.keys(value).length === 0);
  return isEmpty ? value : SECRET;
}

function keysOf(before: JsonObject, after: JsonObject): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
