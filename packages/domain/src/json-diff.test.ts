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
  ["null and absent are not the same", { a: null, b: 1 }, { b: 1 }, { a: [null, null] }],
  [
    "a name that every object inherits is a key like any other",
    {},
    { constructor: 1 },
    { constructor: [null, 1] },
  ],
])("a JSON difference: %s", (_, before, after, expected) => {
  expect(jsonDiff(before as never, after as never)).toEqual(expected as never);
});

test("deep values with long keys cost no more than they are large, and are told as a whole where no path is readable", () => {
  const long = "k".repeat(30_000);
  const leaf = (value: number) =>
    Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`leaf${index}`, value]));
  const deep = (value: number) => {
    let inner: object = leaf(value);
    for (let level = 0; level < 30; level += 1) inner = { [long]: inner };
    return inner as never;
  };
  const difference = jsonDiff(deep(1), deep(2));
  expect(Object.keys(difference)).toEqual([long]);
  expect(JSON.stringify(difference).length).toBeLessThan(3_000_000);
});

test("more differences than anybody reads are one", () => {
  const many = (value: number) =>
    Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, value]));
  expect(Object.keys(jsonDiff(many(1), many(2)))).toEqual([""]);
  expect(Object.keys(jsonDiff({ ...many(1), k0: 2 }, many(2)))).toHaveLength(1000);
});

test("a key by which objects get a prototype is a key like any other", () => {
  const difference = jsonDiff({}, JSON.parse('{"__proto__": 1}'));
  expect(Object.getPrototypeOf(difference)).toBe(Object.prototype);
  expect(JSON.stringify(difference)).toBe('{"__proto__":[null,1]}');
});
