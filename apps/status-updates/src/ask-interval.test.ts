import { expect, test } from "bun:test";
import { askInterval } from "./ask-interval.ts";

const S = 1000;
const chart = { refreshMs: 20 * S, intervalMinMs: 15 * S, failures: 0, random: 0 };

test("a deployment is asked as often as its chart says, but not more often than the floor", () => {
  expect(askInterval(chart)).toBe(20 * S);
  expect(askInterval({ ...chart, refreshMs: 0 })).toBe(15 * S);
});

test("one failure changes nothing, each further one halves how often, down to once in two minutes", () => {
  const after = (failures: number) => askInterval({ ...chart, failures }) / S;
  expect([1, 2, 3, 4, 5, 2000].map(after)).toEqual([20, 40, 80, 120, 120, 120]);
});

test("a failing deployment is never asked more often than its chart says", () => {
  expect(askInterval({ ...chart, refreshMs: 600 * S, failures: 3 })).toBe(600 * S);
});

test("those that were asked together are spread over a tenth of the interval", () => {
  expect(askInterval({ ...chart, random: 0.5 })).toBe(21 * S);
});

test("whatever a chart says, a timer can hold it", () => {
  expect(askInterval({ ...chart, refreshMs: Number.MAX_SAFE_INTEGER })).toBe(86_400 * S);
});
