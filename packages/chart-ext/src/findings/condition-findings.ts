import { isObject, type Json, own } from "../json.ts";
import { unknownOperator } from "../json-logic.ts";
import type { FormInput } from "../values-ui.ts";
import type { Finding } from "./finding.ts";

/** What cannot be meant in the conditions of a form: inputs that it does not have, and circles. */
export function conditionFindings(inputs: readonly FormInput[]): Finding[] {
  const ids = new Set(inputs.map(({ id }) => id));
  const dependencies = new Map(inputs.map((input) => [input.id, dependenciesOf(input)]));
  return inputs.flatMap((input, index) => {
    const path = ["inputs", index, input.showIf === null ? "showIfAll" : "showIf"];
    const unknown = dependenciesOf(input).filter((id) => !ids.has(id));
    const circle = circleFrom(input.id, dependencies);
    const operator = input.showIf === null ? undefined : unknownOperator(input.showIf);
    return [
      ...(operator === undefined ? [] : [{ path, message: `uses ${operator}, so the input is never shown` }]),
      ...unknown.map((id) => ({ path, message: `depends on the input ${id}, which the form does not have` })),
      ...(circle === undefined ? [] : [{ path, message: `depends on itself: ${circle.join(" → ")}` }]),
    ];
  });
}

/** The inputs that decide whether this one is shown. */
function dependenciesOf({ showIf, showIfAll }: FormInput): string[] {
  const ids = showIf === null ? (showIfAll ?? []).map(({ field }) => field) : variablesOf(showIf);
  return [...new Set(ids)];
}

/** The names that a JsonLogic expression looks up at the top; those within `map` and the like belong to its items. */
function variablesOf(expression: Json): string[] {
  if (Array.isArray(expression)) return expression.flatMap(variablesOf);
  if (!isObject(expression)) return [];
  const [operator, ...more] = Object.keys(expression);
  if (operator === undefined || more.length > 0) return [];
  const operands = own(expression, operator) ?? null;
  const [first = null] = Array.isArray(operands) ? operands : [operands];
  if (operator === "var") return typeof first === "string" && first !== "" ? [first.split(".")[0] ?? ""] : [];
  return variablesOf(ofItems.has(operator) ? first : operands);
}

/** Operators whose later operands are asked of each item of the first. */
const ofItems: ReadonlySet<string> = new Set(["map", "filter", "reduce", "all", "some", "none"]);

/** The shortest way from an input back to itself, if there is one. */
function circleFrom(id: string, dependencies: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  let ways: string[][] = [[id]];
  while (ways.length > 0) {
    const longer = ways.flatMap((way) =>
      (dependencies.get(way.at(-1) ?? "") ?? []).map((next) => [...way, next]),
    );
    const circle = longer.find((way) => way.at(-1) === id);
    if (circle !== undefined) return circle;
    ways = longer.filter((way) => !seen.has(way.at(-1) ?? ""));
    for (const way of ways) seen.add(way.at(-1) ?? "");
  }
  return undefined;
}
