import { unknownOperator } from "../condition/json-logic.ts";
import { isObject, type Json, own } from "../json.ts";
import type { FormInput } from "../values-ui.ts";
import { type Dependencies, findCircles, shortestCircle } from "./find-circles.ts";
import type { Finding } from "./finding.ts";

/** Of how many inputs the way round is told: each may lead through all others. */
const WAYS_MAX = 10;
/** More of a way than anybody follows. */
const WAY_LENGTH_MAX = 20;

/** What cannot be meant in the conditions of a form: inputs that it does not have, and circles. */
export function conditionFindings(inputs: readonly FormInput[]): Finding[] {
  const dependencies: Dependencies = new Map(inputs.map((input) => [input.id, dependenciesOf(input)]));
  const inCircles = findCircles(dependencies);
  const told = new Set([...inCircles].slice(0, WAYS_MAX));
  return inputs.flatMap((input, index) => {
    const { id, showIf } = input;
    const path = ["inputs", index, showIf === null ? "showIfAll" : "showIf"];
    const unknown = dependenciesOf(input).filter((each) => !dependencies.has(each));
    const operator = showIf === null ? undefined : unknownOperator(showIf);
    const way = told.has(id) ? `: ${wayText(shortestCircle(id, dependencies))}` : "";
    return [
      ...(operator === undefined ? [] : [{ path, message: `uses ${operator}, so the input is never shown` }]),
      ...unknown.map((each) => ({
        path,
        message: `depends on the input ${each}, which the form does not have`,
      })),
      ...(inCircles.has(id) ? [{ path, message: `depends on itself${way}` }] : []),
    ];
  });
}

function wayText(way: readonly string[]): string {
  if (way.length <= WAY_LENGTH_MAX) return way.join(" → ");
  return [...way.slice(0, WAY_LENGTH_MAX - 1), "…", ...way.slice(-1)].join(" → ");
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
