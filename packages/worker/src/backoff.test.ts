import { expect, test } from "bun:test";
import { backoff } from "./backoff.ts";

test("back-off doubles up to its bound and never takes off more than half", () => {
  const bounds = { firstMs: 500, maxMs: 60_000 };
  expect([1, 2, 3, 20, 5000].map((failures) => backoff(failures, bounds, () => 0))).toEqual([
    500, 1000, 2000, 60_000, 60_000,
  ]);
  expect(backoff(1, bounds, () => 1)).toBe(250);
});
