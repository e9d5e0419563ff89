import type { Json } from "../json.ts";

/** Truth as JsonLogic has it: an empty list is none. */
export function truthy(value: Json): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
