import { z } from "zod";
import { readDocument } from "../document/read-document.ts";
import { isObject, Json, type JsonObject } from "../json.ts";
import { ValueField } from "./value-field.ts";

/**
 * The form of a chart that ships no values UI: made from its values.schema.json, or, where there is none, its
 * values.yaml to edit. What people fill in are values as Helm knows them, those that they set alone.
 */
export const ValuesForm = z.object({
  apiVersion: z.literal("platz.io/v1"),
  kind: z.literal("ValuesForm"),
  fields: z.array(ValueField),
  /** Whether the chart allows no other keys at the top than its fields. */
  closed: z.boolean(),
  /** What the chart's values.yaml sets. Of a form from before it was kept it is read from the text. */
  defaults: z.record(z.string(), Json).nullable().default(null),
  /** The chart's values.yaml, with its comments; empty where it has none. */
  text: z.string(),
});
export type ValuesForm = z.output<typeof ValuesForm>;

/** The values that the chart has when nobody sets any. */
export function defaultsOf({ defaults, text }: Pick<ValuesForm, "defaults" | "text">): JsonObject {
  if (defaults !== null) return defaults;
  const read = readDocument("values.yaml", text, "helm");
  return "document" in read && isObject(read.document.value) ? read.document.value : {};
}

/** One document laid over another as Helm does it: objects key by key, `null` takes away, anything else replaces. */
export function layered(under: JsonObject, over: JsonObject): JsonObject {
  const entries = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const before = entries.get(key);
    if (value === null) entries.delete(key);
    else entries.set(key, isObject(before) && isObject(value) ? layered(before, value) : value);
  }
  return Object.fromEntries(entries);
}
