import { expect, test } from "bun:test";
import fc from "fast-check";
import { insertAtPath, insertPlain } from "./insert-at-path.ts";
import type { JsonObject } from "./json.ts";

const path = (text: string) => (text === "" ? [] : text.split(","));

test("paths build objects and lists in the order of the outputs", () => {
  const root: JsonObject = {};
  const entries = [
    ...[
      "p",
      "m,a",
      "m,b",
      "m,m,a",
      "l1,[=]",
      "l1,[+]",
      "l2,[=],a",
      "l2,[=],b",
      "l2,[+],a",
      "l2,[+],a",
      "l2,[1],b",
    ],
    ...[
      "l3,[=],[=]",
      "l3,[=],[+]",
      "l3,[=],[+],a",
      "l3,[=],[=],b",
      "l3,[+],[=],a",
      "l3,[=],[2]",
      "l3,[0],[=],c",
    ],
  ];
  for (const [index, entry] of entries.entries())
    expect(insertAtPath(root, path(entry), index + 1)).toBe(true);
  expect(root).toEqual({
    p: 1,
    m: { a: 2, b: 3, m: { a: 4 } },
    l1: [5, 6],
    l2: [{ a: 7, b: 8 }, { a: 9, b: 11 }, { a: 10 }],
    l3: [
      [12, 13, { a: 14, b: 15, c: 18 }],
      [{ a: 16 }, null, 17],
    ],
  });
});

const V = "v";
test.each([
  ["an empty path is nothing", {}, "", {}, true],
  ["a scalar is not descended into", { v: 1 }, "v,k", { v: 1 }, false],
  ["a null member is not descended into", { v: null }, "v,k", { v: null }, false],
  ["what is in brackets and no number is dropped", {}, "l,[x]", { l: [] }, false],
  ["a cell beyond the limit is dropped", {}, "l,[1024]", { l: [] }, false],
  ["a key does not fit into a list", { l: [1] }, "l,k", { l: [1] }, false],
  ["in an object, brackets are a key", { o: {} }, "o,[+]", { o: { "[+]": V } }, true],
  ["at the root, brackets are a key", {}, "[0],k", { "[0]": { k: V } }, true],
  ["the last cell of an empty list is made", { l: [] }, "l,[=]", { l: [V] }, true],
] as [string, JsonObject, string, JsonObject, boolean][])("%s", (_, start, at, expected, placed) => {
  const root = structuredClone(start);
  expect(insertAtPath(root, path(at), V)).toBe(placed);
  expect(root).toEqual(expected);
});

test("the last cell that is allowed is 1023", () => {
  const root: JsonObject = {};
  insertAtPath(root, ["l", "[1023]"], V);
  expect((root["l"] as unknown[]).length).toBe(1024);
  expect(insertAtPath(root, ["l", "[+]"], V)).toBe(false);
});

test("a plain path makes what is missing, overwrites its end, and stops at what is no object", () => {
  const root: JsonObject = { db: { size: 1 }, list: [] };
  expect(insertPlain(root, ["db", "nodeSelector"], { pool: "blue" })).toBe(true);
  expect(insertPlain(root, ["a", "b"], 1)).toBe(true);
  expect(insertPlain(root, ["list", "x"], 1)).toBe(false);
  expect(insertPlain(root, ["db", "size", "x"], 1)).toBe(false);
  expect(root).toEqual({ db: { size: 1, nodeSelector: { pool: "blue" } }, list: [], a: { b: 1 } });
});

test("no path reaches a prototype, and no path throws", () => {
  const element = fc.oneof(
    fc.constantFrom("__proto__", "constructor", "prototype", "toString", "[+]", "[=]", "[0]", "[9999]", "a"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(fc.array(element, { maxLength: 6 }), { maxLength: 12 }), (paths) => {
      const root: JsonObject = {};
      for (const each of paths) {
        insertAtPath(root, each, { polluted: true });
        insertPlain(root, each, { polluted: true });
      }
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      expect(Object.getPrototypeOf(root)).toBe(Object.prototype);
      expect((Object.prototype as Record<string, unknown>)["polluted"]).toBeUndefined();
    }),
  );
});
