import jsonLogic from "json-logic-js";
import { isObject, type Json, type JsonObject } from "./json.ts";

/**
 * What conditions may use. The library knows more (`method` calls functions of values, `log` prints them): those are
 * not for charts.
 */
const operators: ReadonlySet<string> = new Set([
  ...["==", "===", "!=", "!==", "!", "!!", "or", "and", "if", "?:", "<", "<=", ">", ">="],
  ...["var", "missing", "missing_some", "min", "max", "+", "-", "*", "/", "%"],
  ...["in", "cat", "substr", "merge", "map", "filter", "reduce", "all", "some", "none"],
]);

const DEPTH_MAX = 64;

/** An operator of the expression that conditions do not know, if there is one; also when it is nested too deeply. */
export function unknownOperator(expression: Json, depth = 0): string | undefined {
  if (depth > DEPTH_MAX) return "too deep a nesting";
  if (Array.isArray(expression)) return firstUnknown(expression, depth);
  if (!isObject(expression)) return undefined;
  const keys = Object.keys(expression);
  const [operator] = keys;
  // Only an object with one key is an operation; others are constants.
  if (operator === undefined || keys.length > 1) return undefined;
  if (!operators.has(operator)) return `the operator ${operator}`;
  return firstUnknown([expression[operator] ?? null], depth);
}

function firstUnknown(expressions: readonly Json[], depth: number): string | undefined {
  for (const each of expressions) {
    const found = unknownOperator(each, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the expression is exactly `true` for these values. An error, or anything else that it gives, is no. */
export function holds(expression: Json, values: JsonObject): boolean {
  if (unknownOperator(expression) !== undefined) return false;
  try {
    return (
      jsonLogic.apply(expression as Parameters<typeof jsonLogic.apply>[0], withoutPrototypes(values)) === true
    );
  } catch {
    return false;
  }
}

/** A copy whose objects inherit nothing, so that `var` finds only what was submitted. */
function withoutPrototypes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!isObject(value)) return value;
  const copy: JsonObject = Object.create(null);
  for (const [key, member] of Object.entries(value)) copy[key] = withoutPrototypes(member);
  return copy;
}
