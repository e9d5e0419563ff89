import type { Json, JsonObject } from "../json.ts";
import { arrayKeywords } from "./array-keywords.ts";
import { objectKeywords } from "./object-keywords.ts";
import type { SchemaCheck, SchemaIssue } from "./schema-check.ts";
import { textOfType, typeFits } from "./types.ts";
import { valueKeywords } from "./value-keywords.ts";

/** What a keyword says of a value. What the keyword itself is not written rightly with is let pass. */
export type Keyword = (
  rule: Json,
  value: Json,
  at: { readonly schema: JsonObject; readonly check: SchemaCheck },
) => SchemaIssue | undefined;

const issue = (message: string): SchemaIssue => ({ path: [], message });

const type: Keyword = (rule, value) => {
  const types = (Array.isArray(rule) ? rule : [rule]).filter((each) => typeof each === "string");
  if (types.length === 0 || types.some((each) => typeFits(each, value))) return undefined;
  return issue(`must be ${types.map(textOfType).join(" or ")}`);
};

const allOf: Keyword = (rule, value, { check }) => {
  for (const each of Array.isArray(rule) ? rule : []) {
    const found = check.issueOf(each, value);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** `oneOf` too: of what fits several, each may say something that is not known here. */
const anyOf: Keyword = (rule, value, { check }) => {
  if (!Array.isArray(rule) || rule.length === 0) return undefined;
  const isFitting = rule.some((each) => check.issueOf(each, value) === undefined);
  return isFitting ? undefined : issue("has not the expected form");
};

/** The keywords of JSON Schema (drafts 4 to 2020-12) that are checked. */
export const keywords: Readonly<Record<string, Keyword>> = {
  type,
  allOf,
  anyOf,
  oneOf: anyOf,
  ...valueKeywords,
  ...arrayKeywords,
  ...objectKeywords,
};
