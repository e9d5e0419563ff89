import { isObject, type Json, type JsonObject, own } from "../json.ts";
import type { Keyword } from "./keywords.ts";
import type { SchemaCheck, SchemaIssue } from "./schema-check.ts";

const at = (key: string, found: SchemaIssue): SchemaIssue => ({ ...found, path: [key, ...found.path] });

const ofCount =
  (fits: (count: number, rule: number) => boolean, words: string): Keyword =>
  (rule, value) => {
    if (!isObject(value) || typeof rule !== "number" || fits(Object.keys(value).length, rule))
      return undefined;
    return { path: [], message: `must have ${words} ${rule} members` };
  };

const objectAt = (schema: JsonObject, key: string): JsonObject => {
  const rule = own(schema, key);
  return isObject(rule) ? rule : {};
};

/** The keys that neither `properties` nor `patternProperties` say something of, as far as that is known. */
function otherKeys(value: JsonObject, schema: JsonObject, check: SchemaCheck): string[] {
  const named = objectAt(schema, "properties");
  const patterns = Object.keys(objectAt(schema, "patternProperties"));
  return Object.keys(value).filter((key) => {
    check.budget.spend(1 + patterns.length);
    return own(named, key) === undefined && patterns.every((each) => check.matches(each, key) === false);
  });
}

const KEYS_MAX = 20;

/** Keywords of objects. */
export const objectKeywords: Readonly<Record<string, Keyword>> = {
  properties(rule, value, { check }) {
    if (!isObject(value) || !isObject(rule)) return undefined;
    for (const [key, schema] of Object.entries(rule)) {
      check.budget.spend(1);
      const member = own(value, key);
      const found = member === undefined ? undefined : check.issueOf(schema, member);
      if (found !== undefined) return at(key, found);
    }
    return undefined;
  },
  required(rule, value, { check }) {
    if (!isObject(value) || !Array.isArray(rule)) return undefined;
    check.budget.spend(rule.length);
    const missing = rule.find((key) => typeof key === "string" && own(value, key) === undefined);
    return missing === undefined ? undefined : { path: [String(missing)], message: "is required" };
  },
  patternProperties(rule, value, { check }) {
    if (!isObject(value) || !isObject(rule)) return undefined;
    for (const [pattern, schema] of Object.entries(rule)) {
      for (const [key, member] of Object.entries(value)) {
        check.budget.spend(1);
        const found = check.matches(pattern, key) === true ? check.issueOf(schema, member) : undefined;
        if (found !== undefined) return at(key, found);
      }
    }
    return undefined;
  },
  additionalProperties(rule, value, { schema, check }) {
    if (!isObject(value) || rule === true) return undefined;
    const others = otherKeys(value, schema, check);
    if (rule === false) {
      const names = others.slice(0, KEYS_MAX).join(", ");
      return others.length === 0 ? undefined : { path: [], message: `has keys that are not known: ${names}` };
    }
    for (const key of others) {
      const found = check.issueOf(rule, own(value, key) as Json);
      if (found !== undefined) return at(key, found);
    }
    return undefined;
  },
  propertyNames(rule, value, { check }) {
    if (!isObject(value)) return undefined;
    for (const key of Object.keys(value)) {
      const found = check.issueOf(rule, key);
      if (found !== undefined) return at(key, found);
    }
    return undefined;
  },
  minProperties: ofCount((count, rule) => count >= rule, "at least"),
  maxProperties: ofCount((count, rule) => count <= rule, "at most"),
};
