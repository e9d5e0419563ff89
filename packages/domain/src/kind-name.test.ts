import { expect, test } from "bun:test";
import { kindNameOfRepository } from "./kind-name.ts";

test.each([
  ["word", "Word"],
  ["word-chart", "Word"],
  ["word-charts", "Word"],
  ["two-words", "TwoWords"],
  ["two-words-charts", "TwoWords"],
  ["chart-not-last", "ChartNotLast"],
  ["three-word-kind", "ThreeWordKind"],
  ["API-x", "ApiX"],
  ["myAPP", "MyAPP"],
  ["org/pay-api", "PayApi"],
  ["chart", "Chart"],
  ["dots.and_lines", "DotsAndLines"],
])("repository %s makes kind %s", (repository, kind) => {
  expect(kindNameOfRepository(repository)).toBe(kind);
});
