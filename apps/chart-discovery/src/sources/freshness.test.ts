import { expect, test } from "bun:test";
import { Freshness } from "./freshness.ts";

const MINUTE = 60_000;

function tagAt() {
  let now = 0;
  const freshness = new Freshness(10 * MINUTE, () => now);
  return {
    freshness,
    after(ms: number) {
      now += ms;
      return freshness.isDue("a:1");
    },
  };
}

test("a tag that nobody has asked about is due, and so is one that is gone", () => {
  const { freshness, after } = tagAt();
  expect(after(0)).toBe(true);
  freshness.saw("a:1", "one");
  freshness.saw("a:1", undefined);
  expect(after(0)).toBe(true);
});

test("a tag that stays the same is asked about less and less, up to the maximum", () => {
  const { freshness, after } = tagAt();
  freshness.saw("a:1", "one");
  expect(after(10 * MINUTE)).toBe(true);
  freshness.saw("a:1", "one");
  expect(after(MINUTE - 1)).toBe(false);
  expect(after(1)).toBe(true);
  after(1000 * MINUTE);
  freshness.saw("a:1", "one");
  expect(after(10 * MINUTE - 1)).toBe(false);
  expect(after(1)).toBe(true);
});

test("a tag whose content is old is left alone from the start", () => {
  const { freshness, after } = tagAt();
  freshness.saw("a:1", "one");
  freshness.isOld("a:1", "another", new Date(-1000 * MINUTE));
  expect(after(0)).toBe(true);
  freshness.isOld("a:1", "one", new Date(-1000 * MINUTE));
  expect(after(10 * MINUTE - 1)).toBe(false);
  expect(after(1)).toBe(true);
});

test("a tag that moves is asked about often again", () => {
  const { freshness, after } = tagAt();
  freshness.saw("a:1", "one");
  after(1000 * MINUTE);
  freshness.saw("a:1", "two");
  expect(after(0)).toBe(true);
});
