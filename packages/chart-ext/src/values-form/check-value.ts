import { z } from "zod";
import { issueSentence } from "../issue-sentence.ts";
import { isObject, type Json } from "../json.ts";
import { isTamePattern } from "../tame-pattern.ts";

/**
 * What is wrong with a value by its JSON Schema, as the end of a sentence, or nothing. What zod cannot check of a
 * schema, and patterns that could keep the engine busy for ever, are left to Helm, which checks everything again.
 */
export function checkValue(schema: Json, value: Json): string | undefined {
  const result = checkOf(schema)?.safeParse(value);
  const [issue] = result?.error?.issues ?? [];
  if (issue === undefined) return undefined;
  const where = issue.path.length === 0 ? "" : ` (at ${issue.path.join(".")})`;
  return `${issueSentence(issue)}${where}`;
}

type ZodSchema = Parameters<typeof z.fromJSONSchema>[0];

function checkOf(schema: Json): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(withoutWildPatterns(schema) as ZodSchema);
  } catch {
    // `if`, `not` and the like, or no JSON Schema at all.
    return undefined;
  }
}

function withoutWildPatterns(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutWildPatterns);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => isTame(key, value));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutWildPatterns(value)]));
}

function isTame(key: string, value: Json): boolean {
  if (key === "pattern" && typeof value === "string") return isTamePattern(value);
  if (key === "patternProperties" && isObject(value)) return Object.keys(value).every(isTamePattern);
  return true;
}
