import { isObject, type Json } from "./json.ts";

/** A text that is the same for the same JSON, whatever the order of keys: to find equals without comparing each with each. */
export function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, each: Json) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}
