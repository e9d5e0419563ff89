import { expect, test } from "bun:test";
import { jsonDiff } from "./json-diff.ts";

test.each([
  ["equal values differ in nothing", { a: [1] }, { a: [1] }, {}],
  [
    "changed, removed and added keys",
    { a: 1, b: 2 },
    { a: 2, c: 3 },
    { a: [1, 2], b: [2, null], c: [null, 3] },
  ],
  ["deep keys are dotted", { c: { r: { beta: 1 } } }, { c: { r: { beta: 2 } } }, { "c.r.beta": [1, 2] }],
  [
    "arrays are compared whole",
    { a: [1, 2] },
    { a: [1, 3] },
    {
      a: [
        [1, 2],
        [1, 3],
      ],
    },
  ],
  ["scalar to object", { a: 1 }, { a: { b: 1 } }, { a: [1, { b: 1 }] }],
  ["values that are no objects have an empty path", 1, 2, { "": [1, 2] }],
  ["a key with a dot is not escaped", { "a.b": 1 }, { "a.b": 2 }, { "a.b": [1, 2] }],
  [
    "a name that every object inherits is a key like any other",
    {},
    { constructor: 1 },
    { constructor: [null, 1] },
  ],
])("a JSON difference: %s", (_, before, after, expected) => {
  expect(jsonDiff(before as never, after as never)).toEqual(expected as never);
});
