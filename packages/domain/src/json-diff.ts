import type { Json, JsonObject } from "./json.ts";

/** A dotted path and the values before and after; `null` stands for absent. */
export type JsonDiff = Record<string, [Json, Json]>;

/** Longer paths are nobody's: what is deeper is told as a whole. */
const PATH_CHARACTERS_MAX = 1000;
/** More differences are no difference that anybody reads: then the values are told as a whole. */
const DIFFERENCES_MAX = 1000;

/**
 * What changed between two JSON values (API spec 7.5): objects are compared key by key, anything else (arrays too)
 * as a whole. A difference of the values themselves, and more than a thousand, have the path `""`. Keys with dots are not
 * escaped. What it takes and gives is bounded by the size of the values, however deep they are and long their keys.
 */
export function jsonDiff(before: Json, after: Json): JsonDiff {
  const found: [string, [Json, Json]][] = [];
  collect(found, "", [before, after]);
  return found.length > DIFFERENCES_MAX ? { "": [before, after] } : Object.fromEntries(found);
}

function collect(found: [string, [Json, Json]][], path: string, [before, after]: [Json, Json]): void {
  if (found.length > DIFFERENCES_MAX) return;
  if (!isObject(before) || !isObject(after) || path.length > PATH_CHARACTERS_MAX) {
    if (!sameJson(before, after)) found.push([path, [before, after]]);
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const pair = pairAt(before, after, key);
    const place = path === "" ? key : `${path}.${key}`;
    if (!Object.hasOwn(before, key) || !Object.hasOwn(after, key)) found.push([place, pair]);
    else collect(found, place, pair);
  }
}

/** The values of a key on both sides; `null` stands for absent. */
function pairAt(before: JsonObject, after: JsonObject, key: string): [Json, Json] {
  const at = (object: JsonObject) => (Object.hasOwn(object, key) ? (object[key] ?? null) : null);
  return [at(before), at(after)];
}

/** Deep equality of JSON values, whatever the order of keys. */
export function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index] as Json));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key] as Json, b[key] as Json))
  );
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
