import { expect, test } from "bun:test";
import { percentile, residentMiB, table } from "./figures.ts";

test("a percentile is the nearest rank, whatever the order", () => {
  const samples = [5, 1, 4, 2, 3];
  expect(percentile(samples, 0.5)).toBe(3);
  expect(percentile(samples, 0.99)).toBe(5);
  expect(percentile([7], 0.5)).toBe(7);
});

test("the memory of a living process is known, that of none is not", async () => {
  expect(await residentMiB(process.pid)).toBeGreaterThan(1);
  expect(await residentMiB(2 ** 22 + 1)).toBeUndefined();
});

test("figures print as a table", () => {
  expect(table([{ name: "a", value: "1 ms" }])).toBe("| what | figure |\n| --- | --- |\n| a | 1 ms |");
});
