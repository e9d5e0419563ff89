import type { Json, JsonObject } from "./json.ts";

/** A dotted path and the values before and after; `null` stands for absent. */
export type JsonDiff = Record<string, [Json, Json]>;

/**
 * What changed between two JSON values (API spec 7.5): objects are compared key by key, anything else (arrays too)
 * as a whole. A difference of the values themselves has the path `""`. Keys with dots are not escaped.
 */
export function jsonDiff(before: Json, after: Json): JsonDiff {
  if (!isObject(before) || !isObject(after)) return sameJson(before, after) ? {} : { "": [before, after] };
  const diff: JsonDiff = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    for (const [path, pair] of Object.entries(diffOfKey(before, after, key))) {
      diff[path === "" ? key : `${key}.${path}`] = pair;
    }
  }
  return diff;
}

function diffOfKey(before: JsonObject, after: JsonObject, key: string): JsonDiff {
  const old = Object.hasOwn(before, key) ? before[key] : undefined;
  const now = Object.hasOwn(after, key) ? after[key] : undefined;
  if (old === undefined) return now === undefined ? {} : { "": [null, now] };
  if (now === undefined) return { "": [old, null] };
  return jsonDiff(old, now);
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
