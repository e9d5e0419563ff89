import type { Json } from "../json.ts";
import { truthy } from "./truthy.ts";

interface Evaluator {
  apply(expression: Json | undefined, data: Json): Json;
}

/** An operator that says itself which of its operands are looked at, and with which data. */
type LazyOperator = (operands: readonly Json[], data: Json, logic: Evaluator) => Json;

function choose(operands: readonly Json[], data: Json, logic: Evaluator): Json {
  for (let at = 0; at < operands.length; at += 2) {
    if (at === operands.length - 1) return logic.apply(operands[at], data);
    if (truthy(logic.apply(operands[at], data))) return logic.apply(operands[at + 1], data);
  }
  return null;
}

/** The first operand that is truthy or not, as wanted; else the last. */
const firstThat =
  (isWanted: (value: Json) => boolean): LazyOperator =>
  (operands, data, logic) => {
    let last: Json = null;
    for (const operand of operands) {
      last = logic.apply(operand, data);
      if (isWanted(last)) return last;
    }
    return last;
  };

/** The items of a list, if the first operand is one, each with whether the second operand is truthy of it. */
function* judged([list, condition]: readonly Json[], data: Json, logic: Evaluator) {
  const items = logic.apply(list, data);
  if (!Array.isArray(items)) return;
  for (const item of items) yield { item, holds: truthy(logic.apply(condition, item)) };
}

export const lazyOperators: Readonly<Record<string, LazyOperator>> = {
  if: choose,
  "?:": choose,
  and: firstThat((value) => !truthy(value)),
  or: firstThat(truthy),
  filter: (...given) => [...judged(...given)].flatMap(({ item, holds }) => (holds ? [item] : [])),
  some(...given) {
    for (const { holds } of judged(...given)) if (holds) return true;
    return false;
  },
  none(...given) {
    for (const { holds } of judged(...given)) if (holds) return false;
    return true;
  },
  all(...given) {
    let isAny = false;
    for (const { holds } of judged(...given)) {
      if (!holds) return false;
      isAny = true;
    }
    return isAny;
  },
  map([list, expression], data, logic) {
    const items = logic.apply(list, data);
    return Array.isArray(items) ? items.map((item) => logic.apply(expression, item)) : [];
  },
  reduce([list, expression, initial], data, logic) {
    const items = logic.apply(list, data);
    let accumulator = initial === undefined ? null : logic.apply(initial, data);
    if (!Array.isArray(items)) return accumulator;
    for (const current of items) accumulator = logic.apply(expression, { current, accumulator });
    return accumulator;
  },
};
