import { expect, test } from "bun:test";
import { UpgradeWindow } from "@platz/domain";
import { isWindowOpen, windowText } from "./window.ts";

const nights = UpgradeWindow.parse({
  days: [1, 5],
  from: "22:00",
  until: "04:00",
  timeZone: "Europe/Berlin",
});

// 2026-11-23 is a Monday; Berlin is an hour ahead of UTC then.
test.each([
  ["Monday before it opens", "2026-11-23T20:59:59Z", false],
  ["Monday at ten at night", "2026-11-23T21:00:00Z", true],
  ["the early hours of Tuesday, which belong to Monday", "2026-11-24T02:59:00Z", true],
  ["Tuesday at four", "2026-11-24T03:00:00Z", false],
  ["Tuesday at night", "2026-11-24T22:00:00Z", false],
  ["the early hours of Monday, which belong to Sunday", "2026-11-23T01:00:00Z", false],
  ["the early hours of Saturday, which belong to Friday", "2026-11-28T01:00:00Z", true],
])("%s", (_, instant, isOpen) => {
  expect(isWindowOpen(nights, new Date(instant))).toBe(isOpen);
});

test("the times are those of the time zone, also when its clocks have changed", () => {
  const noon = { days: [1, 2, 3, 4, 5, 6, 7], from: "12:00", until: "13:00", timeZone: "America/New_York" };
  expect(isWindowOpen(noon, new Date("2026-07-01T16:30:00Z"))).toBe(true);
  expect(isWindowOpen(noon, new Date("2026-12-01T16:30:00Z"))).toBe(false);
  expect(isWindowOpen(noon, new Date("2026-12-01T17:30:00Z"))).toBe(true);
});

test("a window that ends when it begins is the whole day", () => {
  const sundays = { days: [7], from: "06:00", until: "06:00", timeZone: "UTC" };
  expect(isWindowOpen(sundays, new Date("2026-11-22T00:00:00Z"))).toBe(true);
  expect(isWindowOpen(sundays, new Date("2026-11-23T00:00:00Z"))).toBe(false);
  expect(windowText(sundays)).toBe("Sun all day UTC");
  expect(windowText(nights)).toBe("Mon, Fri 22:00–04:00 Europe/Berlin");
});

test.each([
  { days: [] },
  { days: [0] },
  { days: [1, 1] },
  { from: "24:00" },
  { until: "7:30" },
  { timeZone: "Mars/Olympus" },
])("a window with %j is refused", (wrong) => {
  expect(UpgradeWindow.safeParse({ ...nights, ...wrong }).success).toBe(false);
});
