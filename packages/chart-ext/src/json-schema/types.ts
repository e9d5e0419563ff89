import { isObject, type Json } from "../json.ts";

const types: Readonly<Record<string, { readonly text: string; fits(value: Json): boolean }>> = {
  string: { text: "a string", fits: (value) => typeof value === "string" },
  number: { text: "a number", fits: (value) => typeof value === "number" },
  integer: { text: "an int", fits: (value) => Number.isInteger(value) },
  boolean: { text: "a boolean", fits: (value) => typeof value === "boolean" },
  null: { text: "null", fits: (value) => value === null },
  array: { text: "an array", fits: Array.isArray },
  object: { text: "an object", fits: isObject },
};

/** Whether a value is of a type of JSON Schema; of one that is none, everything is. */
export function typeFits(name: string, value: Json): boolean {
  return Object.hasOwn(types, name) ? (types[name]?.fits(value) ?? true) : true;
}

export function textOfType(name: string): string {
  return Object.hasOwn(types, name) ? (types[name]?.text ?? name) : name;
}
