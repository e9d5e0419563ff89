import { expect, test } from "bun:test";
import { requireHarmlessInput } from "./harmless-input.ts";

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
