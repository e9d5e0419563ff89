import { expect, test } from "bun:test";
import { duration, parseDuration } from "./duration.ts";

test("durations are read as people write them", () => {
  expect(parseDuration("5s")).toBe(5_000);
  expect(parseDuration("20m")).toBe(1_200_000);
  expect(parseDuration("1h 30m")).toBe(5_400_000);
  expect(parseDuration("1h30m")).toBe(5_400_000);
  expect(parseDuration("250 ms")).toBe(250);
  expect(parseDuration("7 days")).toBe(604_800_000);
  expect(parseDuration("1M")).toBe(2_630_016_000);
  expect(parseDuration("0")).toBe(0);
});

test("what is no duration is refused, a bare number too", () => {
  for (const text of ["", "5", "s", "5 parsecs", "-5s", "1.5h", "5s!", "5s 5"]) {
    expect(parseDuration(text)).toBeUndefined();
  }
});

test("a duration that is too short is refused with the bound", () => {
  const result = duration({ minMs: 1000 }).safeParse("5ms");
  expect(result.error?.issues[0]?.message).toBe("must be at least 1000 ms");
});
