import { expect, test } from "bun:test";
import { HelmChartId } from "@platz/domain";
import { newestChart } from "./newest-chart.ts";

const chart = (parsedVersion: string | null, day: number) => ({
  id: HelmChartId.parse(crypto.randomUUID()),
  imageTag: `tag-${day}`,
  parsedVersion,
  createdAt: new Date(Date.UTC(2026, 0, day)),
});

test("the highest version is the newest, whatever was pushed last", () => {
  const [patch, minor] = [chart("1.0.10", 3), chart("1.1.0", 2)];
  expect(newestChart(chart("1.0.9", 1), [patch, minor])).toBe(minor);
});

test("a pre-release is older than its release", () => {
  const [release, candidate] = [chart("2.0.0", 2), chart("2.0.0-rc.1", 3)];
  expect(newestChart(chart("1.0.0", 1), [candidate, release])).toBe(release);
});

test("of one version the youngest is the newest", () => {
  const [older, younger] = [chart("1.0.0", 2), chart("1.0.0", 3)];
  expect(newestChart(chart("1.0.0", 1), [younger, older])).toBe(younger);
});

test("what is pushed for an older line is no upgrade", () => {
  expect(newestChart(chart("2.0.0", 1), [chart("1.9.9", 2)])).toBeUndefined();
});

test("charts without a version that can be compared go by their age", () => {
  const [older, younger] = [chart("nightly", 2), chart(null, 3)];
  expect(newestChart(chart("1.0.0", 1), [older, younger])).toBe(younger);
});
