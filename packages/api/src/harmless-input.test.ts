import { expect, test } from "bun:test";
import { INPUT_VALUES_MAX, requireHarmlessInput } from "./harmless-input.ts";

test("what no database keeps is refused with the place where it stands", () => {
  const refusal = (input: unknown) => () => requireHarmlessInput(input);
  expect(refusal({ config: { note: "a\0b" } })).toThrow("config.note: must not contain the character NUL");
  expect(refusal({ names: ["ok", "\ud800"] })).toThrow("names.1: must not contain half a character");
  expect(refusal({ config: { "\0": 1 } })).toThrow("config: must not contain the character NUL");
  expect(refusal("\0")).toThrow("input: must not");
});

test("nesting without end is refused, and costs no stack", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  expect(() => requireHarmlessInput({ config: deep })).toThrow(
    "config.0.0: must not be nested more than 64 deep",
  );
});

test("ordinary inputs pass, emoji and all scripts of the world among them", () => {
  const config = { note: "grüße 👩‍🚀 漢字 עברית", list: [1, null, true, { a: [] }] };
  expect(() => requireHarmlessInput({ config })).not.toThrow();
  expect(() => requireHarmlessInput(undefined)).not.toThrow();
});

test("values without number are refused, however they are spread, before any is looked at twice", () => {
  const zeros = (count: number) => Array.from({ length: count }, () => 0);
  const refusal = (input: unknown) => () => requireHarmlessInput(input);
  expect(refusal({ config: zeros(INPUT_VALUES_MAX) })).toThrow(
    "config: must not hold more than 20000 values in all",
  );
  const wide = Object.fromEntries(zeros(INPUT_VALUES_MAX + 1).map((_, index) => [`k${index}`, 1]));
  expect(refusal({ a: { b: wide } })).toThrow("a.b: must not hold more than 20000 values");
  expect(refusal(Array.from({ length: 200 }, () => zeros(100)))).toThrow("198: must not hold more");
  expect(refusal(zeros(INPUT_VALUES_MAX))).not.toThrow();
});

test("an input costs a step for each of its values, and the places of none are put together", () => {
  // Reading a value is what the walk does with it: each is read once, and no more than there may be.
  const counted = (depth: number, width: number) => {
    let reads = 0;
    const list: unknown[] = new Proxy(
      Array.from({ length: width }, () => 0),
      {
        get(target, key, receiver) {
          if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
          return Reflect.get(target, key, receiver);
        },
      },
    );
    let input: unknown = list;
    for (let level = 0; level < depth; level += 1) input = [input];
    try {
      requireHarmlessInput(input);
    } catch {}
    return reads;
  };
  expect(counted(60, 1000)).toBe(1000);
  expect(counted(60, 4000)).toBe(4000);
  expect(counted(60, 1_000_000)).toBe(0);
});
