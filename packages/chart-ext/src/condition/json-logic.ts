import { isObject, type Json, type JsonObject } from "../json.ts";
import { limits } from "../limits.ts";
import { StepBudget } from "../step-budget.ts";
import { lazyOperators } from "./lazy-operators.ts";
import { operators } from "./operators.ts";

const isOperator = (name: string) => Object.hasOwn(operators, name) || Object.hasOwn(lazyOperators, name);

/** An operator of the expression that conditions do not know, if there is one; also when it is nested too deeply. */
export function unknownOperator(expression: Json, depth = 0): string | undefined {
  if (depth > limits.fileDepth) return "too deep a nesting";
  if (Array.isArray(expression)) return firstUnknown(expression, depth);
  const operation = operationOf(expression);
  if (operation === undefined) return undefined;
  const [operator, operands] = operation;
  if (!isOperator(operator)) return `the operator ${operator}`;
  return firstUnknown([operands], depth);
}

function firstUnknown(expressions: readonly Json[], depth: number): string | undefined {
  for (const each of expressions) {
    const found = unknownOperator(each, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Only an object with one key is an operation; others are constants. */
function operationOf(expression: Json): [operator: string, operands: Json] | undefined {
  if (!isObject(expression)) return undefined;
  const entries = Object.entries(expression);
  return entries.length === 1 ? entries[0] : undefined;
}

/**
 * Whether the expression is exactly `true` for these values. An error, anything else that it gives, and more steps than a
 * condition may take are no. What it costs is counted by the budget of the whole form too.
 */
export function holds(expression: Json, values: JsonObject, ofForm?: StepBudget): boolean {
  try {
    const budget = new StepBudget(limits.conditionSteps, ofForm);
    return new JsonLogic(budget).apply(expression, values) === true;
  } catch {
    return false;
  }
}

/** An interpreter of JsonLogic whose every step, and every value that it makes, is counted. */
class JsonLogic {
  readonly budget: StepBudget;
  #depth = 0;

  constructor(budget: StepBudget) {
    this.budget = budget;
  }

  /** What an expression gives for these data. Throws when it is none, or takes too much. */
  apply(expression: Json | undefined, data: Json): Json {
    this.budget.spend(1);
    if (expression === undefined) return null;
    if (typeof expression !== "object" || expression === null) return expression;
    return this.#nested(() => {
      if (Array.isArray(expression)) return this.#each(expression, data);
      const operation = operationOf(expression);
      return operation === undefined ? expression : this.#operate(operation, data);
    });
  }

  #operate([operator, given]: [string, Json], data: Json): Json {
    const operands = Array.isArray(given) ? given : [given];
    const lazy = Object.hasOwn(lazyOperators, operator) ? lazyOperators[operator] : undefined;
    if (lazy !== undefined) return lazy(operands, data, this);
    const eager = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
    if (eager !== undefined) return eager(this.#each(operands, data), { data, budget: this.budget });
    throw new Error(`unknown operator ${operator}`);
  }

  #each(expressions: readonly Json[], data: Json): Json[] {
    return expressions.map((each) => this.apply(each, data));
  }

  #nested(work: () => Json): Json {
    this.#depth += 1;
    // An operation stands in the list of another: two levels of the expression for each of nesting.
    if (this.#depth > 2 * limits.fileDepth) throw new Error("nested too deeply");
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }
}
