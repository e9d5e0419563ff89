import { expect, test } from "bun:test";
import type { Json } from "../json.ts";
import { StepBudget } from "../step-budget.ts";
import { holds, unknownOperator } from "./json-logic.ts";

const values = {
  n: 3,
  s: "abc",
  list: [1, 2, 3],
  o: { p: { q: "deep" } },
  empty: "",
  nothing: null,
  yes: true,
};

/** What an expression gives, asked by comparing it as JSON Logic can: by the text of its items. */
test.each<[Json, Json]>([
  [{ var: "n" }, 3],
  [{ var: ["x", 7] }, 7],
  [{ var: "o.p.q" }, "deep"],
  [{ var: "list.1" }, 2],
  [{ var: "list.length" }, 3],
  [{ var: "constructor" }, null],
  [{ var: "o.__proto__" }, null],
  [{ if: [{ var: "empty" }, 1, { var: "yes" }, 2, 3] }, 2],
  [{ "?:": [false, 1, 2] }, 2],
  [{ and: [1, { var: "empty" }, 2] }, ""],
  [{ or: [0, { var: "s" }] }, "abc"],
  [{ "+": ["1", 2, 3] }, 6],
  [{ "-": [5] }, -5],
  [{ "*": [2, "3"] }, 6],
  [{ "/": [6, 4] }, 1.5],
  [{ "%": [7, 4] }, 3],
  [{ min: [3, 1, 2] }, 1],
  [{ max: [3, 1, 2] }, 3],
  [{ cat: ["a", 1, null, [2, 3]] }, "a12,3"],
  [{ substr: ["jsonlogic", 4] }, "logic"],
  [{ substr: ["jsonlogic", -5] }, "logic"],
  [{ substr: ["jsonlogic", 1, 3] }, "son"],
  [{ substr: ["jsonlogic", 4, -2] }, "log"],
  [{ cat: { merge: [1, [2, [3]]] } }, "1,2,3"],
  [{ cat: { map: [{ var: "list" }, { "*": [{ var: "" }, 2] }] } }, "2,4,6"],
  [{ cat: { filter: [{ var: "list" }, { ">": [{ var: "" }, 1] }] } }, "2,3"],
  [{ reduce: [{ var: "list" }, { "+": [{ var: "current" }, { var: "accumulator" }] }, 10] }, 16],
  [{ cat: { missing: ["n", "x", "empty", "nothing"] } }, "x,empty,nothing"],
  [{ cat: { missing_some: [1, ["n", "x"]] } }, ""],
  [{ cat: { missing_some: [2, ["n", "x"]] } }, "x"],
])("%j gives %j", (expression, given) => {
  expect(holds({ "===": [expression, given] }, values)).toBe(true);
});

test.each<[Json, boolean]>([
  [{ "==": [1, "1"] }, true],
  [{ "==": [{ var: "list" }, "1,2,3"] }, true],
  [{ "==": [{ var: "x" }, null] }, true],
  [{ "!=": [1, "1"] }, false],
  [{ "<": [1, 2, 3] }, true],
  [{ "<": [1, 3, 2] }, false],
  [{ "<=": [1, 1] }, true],
  [{ ">": [{ var: "x" }, 1] }, false],
  [{ ">=": [2, 1] }, true],
  [{ "!": [[]] }, true],
  [{ "!!": ["0"] }, true],
  [{ in: ["b", "abc"] }, true],
  [{ in: [4, [1, 2]] }, false],
  [{ all: [[1, 2], { ">": [{ var: "" }, 0] }] }, true],
  [{ all: [[], true] }, false],
  [{ some: [[1, 2], { ">": [{ var: "" }, 1] }] }, true],
  [{ none: [[1, 2], { ">": [{ var: "" }, 2] }] }, true],
  [1, false],
  ["true", false],
  [{ log: [true] }, false],
])("%j holds: %p", (expression, is) => {
  expect(holds(expression, values)).toBe(is);
});

test("a condition that takes more steps than it may is not met, and stops there", () => {
  const list = Array.from({ length: 60 }, () => 1);
  const nested = (depth: number): Json => (depth === 0 ? true : { all: [list, nested(depth - 1)] });
  expect(holds(nested(2), {})).toBe(true);
  const budget = new StepBudget(1_000_000);
  expect(holds(nested(6), {}, budget)).toBe(false);
  expect(budget.left).toBeGreaterThan(980_000);
});

test("what doubles is never made", () => {
  const twice = (operator: string): Json => ({
    "!=": [
      {
        reduce: [
          Array.from({ length: 40 }, () => 1),
          { [operator]: [{ var: "accumulator" }, { var: "accumulator" }] },
          ["x"],
        ],
      },
      1,
    ],
  });
  for (const operator of ["merge", "cat"]) expect(holds(twice(operator), {})).toBe(false);
});

test("an operator that is not known, or too deep a nesting, is found and never holds", () => {
  expect(unknownOperator({ and: [true, { method: [] }] })).toBe("the operator method");
  expect(holds({ or: [{ constructor: [] }, true] }, {})).toBe(false);
  let deep: Json = true;
  for (let depth = 0; depth < 5_000; depth += 1) deep = { "!": deep };
  expect(unknownOperator(deep)).toBe("too deep a nesting");
  expect(holds(deep, {})).toBe(false);
});
