import type { Json } from "../json.ts";
import type { StepBudget } from "../step-budget.ts";
import { truthy } from "./truthy.ts";

interface Given {
  readonly data: Json;
  readonly budget: StepBudget;
}

/** An operator of values. What it makes is paid for before it is made. */
type Operator = (operands: readonly Json[], given: Given) => Json;

/**
 * What conditions may use beside the lazy operators. JsonLogic knows more (`method` calls functions of values, `log`
 * prints them): those are not for charts. Values are compared as in JavaScript.
 */
export const operators: Readonly<Record<string, Operator>> = {
  "==": (operands, given) => looselyEqual(operands, given),
  "!=": (operands, given) => !looselyEqual(operands, given),
  "===": ([a, b]) => a === b,
  "!==": ([a, b]) => a !== b,
  ">": compared((a, b) => a > b),
  ">=": compared((a, b) => a >= b),
  "<": between((a, b) => a < b),
  "<=": between((a, b) => a <= b),
  "!": ([value = null]) => !truthy(value),
  "!!": ([value = null]) => truthy(value),
  "+": (operands, given) => plain(operands, given).reduce<number>((sum, each) => sum + parse(each), 0),
  "*"(operands, given) {
    const [first = null, ...others] = plain(operands, given);
    return others.length === 0 ? first : others.reduce<number>((a, b) => a * parse(b), parse(first));
  },
  "-"(operands, given) {
    const [a, b] = plain(operands, given);
    return b === undefined ? -Number(a) : Number(a) - Number(b);
  },
  "/"(operands, given) {
    const [a, b] = plain(operands, given);
    return Number(a) / Number(b);
  },
  "%"(operands, given) {
    const [a, b] = plain(operands, given);
    return Number(a) % Number(b);
  },
  min: (operands, given) => plain(operands, given).reduce<number>((a, b) => Math.min(a, Number(b)), Infinity),
  max: (operands, given) =>
    plain(operands, given).reduce<number>((a, b) => Math.max(a, Number(b)), -Infinity),
  in([wanted = null, within = null], { budget }) {
    if (typeof within === "string") {
      budget.spend(within.length);
      return typeof wanted !== "object" && within.includes(String(wanted));
    }
    if (!Array.isArray(within)) return false;
    budget.spend(within.length);
    return within.includes(wanted);
  },
  cat: (operands, { budget }) => operands.map((each) => (each === null ? "" : textOf(each, budget))).join(""),
  substr([source = null, start = 0, length], { budget }) {
    const text = textOf(source, budget);
    const from = Number(start) < 0 ? Math.max(text.length + Number(start), 0) : Number(start);
    const rest = text.slice(from);
    if (length === undefined || length === null) return rest;
    return Number(length) < 0
      ? rest.slice(0, Math.max(rest.length + Number(length), 0))
      : rest.slice(0, Number(length));
  },
  merge(operands, { budget }) {
    const merged: Json[] = [];
    for (const each of operands) {
      budget.spend(Array.isArray(each) ? each.length : 1);
      if (!Array.isArray(each)) merged.push(each);
      else for (const item of each) merged.push(item);
    }
    return merged;
  },
  var: ([path = "", otherwise = null], given) => lookedUp(path, otherwise, given),
  missing: ([first = null, ...more], given) =>
    missingOf(Array.isArray(first) ? first : [first, ...more], given),
  missing_some([least = 0, keys = []], given) {
    if (!Array.isArray(keys)) return [];
    const missing = missingOf(keys, given);
    return keys.length - missing.length >= Number(least) ? [] : missing;
  },
};

function looselyEqual([a = null, b = null]: readonly Json[], given: Given): boolean {
  // Two lists are the same only if they are one.
  if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) return a === b;
  const [one, other] = plain([a, b], given);
  // biome-ignore lint/suspicious/noDoubleEquals: JsonLogic means it so
  return one == other;
}

type Plain = string | number | boolean | null;
// Comparisons of JavaScript take whatever there is.
// biome-ignore lint/suspicious/noExplicitAny: as above
type Comparison = (a: any, b: any) => boolean;

function compared(compare: Comparison): Operator {
  return (operands, given) => {
    const [a = null, b] = plain(operands, given);
    return b !== undefined && compare(a, b);
  };
}

/** `<` of three operands asks whether the second is between the others. */
function between(compare: Comparison): Operator {
  return (operands, given) => {
    const [a = null, b, c] = plain(operands, given);
    return b !== undefined && compare(a, b) && (c === undefined || compare(b, c));
  };
}

/** Lists and objects as texts, as JavaScript takes them where it compares or counts. */
function plain(operands: readonly Json[], { budget }: Given): Plain[] {
  budget.spend(operands.length);
  return operands.map((each) => {
    if (typeof each === "object" && each !== null) return textOf(each, budget);
    if (typeof each === "string") budget.spend(each.length);
    return each;
  });
}

function parse(value: Plain): number {
  return Number.parseFloat(String(value));
}

function textOf(value: Json, budget: StepBudget): string {
  if (Array.isArray(value)) {
    budget.spend(value.length);
    const text = value.map((each) => (each === null ? "" : textOf(each, budget))).join(",");
    budget.spend(text.length);
    return text;
  }
  const text = typeof value === "object" && value !== null ? "[object Object]" : String(value);
  budget.spend(text.length);
  return text;
}

/** Only what somebody filled in is found: nothing that its prototypes have. */
function lookedUp(path: Json, otherwise: Json, { data, budget }: Given): Json {
  if (path === "" || path === null) return data;
  let found: Json = data;
  for (const key of textOf(path, budget).split(".")) {
    const member = memberOf(found, key);
    if (member === undefined) return otherwise;
    found = member;
  }
  return found;
}

function memberOf(value: Json, key: string): Json | undefined {
  if (typeof value === "string") return key === "length" ? value.length : value[Number(key)];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, Json>>)[key];
}

function missingOf(keys: readonly Json[], given: Given): Json[] {
  return keys.filter((key) => {
    given.budget.spend(1);
    const value = lookedUp(key, null, given);
    return value === null || value === "";
  });
}
