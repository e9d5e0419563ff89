import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { compilePattern } from "../pattern/compile-pattern.ts";
import type { Finding } from "./finding.ts";

/**
 * Patterns of a values.schema.json that only Helm checks: those that look around or refer back, that are none, or that are
 * too large. Enough of them for an author to go on with.
 */
export function patternFindings(schema: Json): Finding[] {
  const found: Finding[] = [];
  const left: Place[] = [{ path: [], value: schema }];
  for (let each = left.pop(); each !== undefined && found.length < limits.issues; each = left.pop()) {
    for (const pattern of patternsAt(each)) {
      const compiled = compilePattern(pattern);
      if (!("refused" in compiled)) continue;
      found.push({ path: each.path, message: `is a pattern that ${compiled.refused}: only Helm checks it` });
    }
    for (const place of placesIn(each)) left.push(place);
  }
  return found.reverse();
}

interface Place {
  readonly path: Finding["path"];
  readonly value: Json;
}

function placesIn({ path, value }: Place): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const members: (readonly [string | number, Json])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return members.map(([key, member]) => ({ path: [...path, key], value: member }));
}

function patternsAt({ path, value }: Place): string[] {
  if (path.at(-1) === "pattern" && typeof value === "string") return [value];
  const isOfPattern = path.at(-2) === "patternProperties";
  return isOfPattern ? [String(path.at(-1))] : [];
}
