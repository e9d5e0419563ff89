import type { Json, JsonObject } from "@platz/domain";
import { holdsSealed, isSealedJson, SECRET } from "./sealed-json.ts";

/**
 * Two states of one document without secrets. What is sealed in one of them is hidden in both: a secret does not cease
 * to be one because it is stored in the open before or after.
 */
export function hiddenTogether(before: Json, after: Json): [Json, Json] {
  if (isSealedJson(before) || isSealedJson(after)) return [hidden(before), hidden(after)];
  if (isObject(before) && isObject(after)) return hiddenByKey(before, after);
  if (!holdsSealed(before) && !holdsSealed(after)) return [before, after];
  if (before === null || after === null) return [withoutSealed(before), withoutSealed(after)];
  // Items of lists have no names by which the two could be told apart.
  return [hidden(before), hidden(after)];
}

function hiddenByKey(before: JsonObject, after: JsonObject): [JsonObject, JsonObject] {
  const [was, is]: [[string, Json][], [string, Json][]] = [[], []];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const isThere = [before, after].map((document) => Object.hasOwn(document, key));
    const pair = hiddenTogether(
      isThere[0] ? (before[key] ?? null) : null,
      isThere[1] ? (after[key] ?? null) : null,
    );
    if (isThere[0]) was.push([key, pair[0]]);
    if (isThere[1]) is.push([key, pair[1]]);
  }
  return [Object.fromEntries(was), Object.fromEntries(is)];
}

/** Nothing and an empty document say nothing. */
function hidden(value: Json): Json {
  const isEmpty = value === null || (isObject(value) && Object.keys(value).length === 0);
  return isEmpty ? value : SECRET;
}

function withoutSealed(value: Json): Json {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => (isSealedJson(part) ? SECRET : part)));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
