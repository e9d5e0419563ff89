import { canonicalText } from "../canonical-text.ts";
import type { Json } from "../json.ts";
import type { Keyword } from "./keywords.ts";
import type { SchemaCheck, SchemaIssue } from "./schema-check.ts";

function firstIssue(
  check: SchemaCheck,
  items: readonly Json[],
  schemaOf: (index: number) => Json | undefined,
): SchemaIssue | undefined {
  for (const [index, item] of items.entries()) {
    const schema = schemaOf(index);
    const found = schema === undefined ? undefined : check.issueOf(schema, item);
    if (found !== undefined) return { ...found, path: [index, ...found.path] };
  }
  return undefined;
}

const ofCount =
  (fits: (count: number, rule: number) => boolean, words: string): Keyword =>
  (rule, value) => {
    if (!Array.isArray(value) || typeof rule !== "number" || fits(value.length, rule)) return undefined;
    return { path: [], message: `must have ${words} ${rule} items` };
  };

/** Keywords of lists. */
export const arrayKeywords: Readonly<Record<string, Keyword>> = {
  prefixItems(rule, value, { check }) {
    if (!Array.isArray(value) || !Array.isArray(rule)) return undefined;
    return firstIssue(check, value, (index) => rule[index]);
  },
  items(rule, value, { schema, check }) {
    if (!Array.isArray(value)) return undefined;
    // Before draft 2020-12 a list here says what the first items are.
    if (Array.isArray(rule)) return firstIssue(check, value, (index) => rule[index]);
    const first = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"].length : 0;
    return firstIssue(check, value, (index) => (index < first ? undefined : rule));
  },
  additionalItems(rule, value, { schema, check }) {
    const { items } = schema;
    if (!Array.isArray(value) || !Array.isArray(items)) return undefined;
    return firstIssue(check, value, (index) => (index < items.length ? undefined : rule));
  },
  minItems: ofCount((count, rule) => count >= rule, "at least"),
  maxItems: ofCount((count, rule) => count <= rule, "at most"),
  uniqueItems(rule, value, { check }) {
    if (rule !== true || !Array.isArray(value)) return undefined;
    const texts = value.map((item) => canonicalText(item));
    check.budget.spend(texts.reduce((sum, text) => sum + text.length, 0) / 8);
    return new Set(texts).size === texts.length
      ? undefined
      : { path: [], message: "must not have an item twice" };
  },
};
