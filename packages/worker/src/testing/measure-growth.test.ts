import { expect, test } from "bun:test";
import { measureGrowth } from "./measure-growth.ts";
import { seededRandom } from "./seeded-random.ts";

/** Work that no compiler takes away. */
function spin(rounds: number): number {
  let sum = 0;
  for (let round = 0; round < rounds; round += 1) sum = (sum + Math.imul(round, sum ^ 31)) | 0;
  return sum;
}

const per = 10_000;

test("what costs as much more as it is given is no excess", async () => {
  const growth = await measureGrowth({ prepare: (n) => n, run: (n) => spin(n * per), size: 1_000 });
  expect(growth.excess).toBeUndefined();
  expect(growth.cpuMs[1]).toBeGreaterThan(growth.cpuMs[0]);
});

test("what grows with the square of its input is told, with its sizes and costs", async () => {
  const growth = await measureGrowth({ prepare: (n) => n, run: (n) => spin(n * n * 10), size: 2_000 });
  expect(growth.excess).toMatch(/^size \d+ took [\d.]+ ms of CPU, and size \d+ [\d.]+ ms$/);
});

test("what doubles with each item is told long before it would never end", async () => {
  const run = (n: number) => spin(2 ** n * 100);
  const { excess, cpuMs } = await measureGrowth({ prepare: (n) => n, run, size: 1_000 });
  expect(excess).toBeDefined();
  expect(cpuMs[1]).toBeLessThan(60_000);
});

test("what refuses its input costs what it did until then", async () => {
  const run = (n: number) => {
    spin(n * n * 10);
    throw new Error("no");
  };
  expect((await measureGrowth({ prepare: (n) => n, run, size: 2_000 })).excess).toBeDefined();
});

test("the same seed gives the same numbers, another one others", () => {
  const three = (seed: number) => {
    const random = seededRandom(seed);
    return [random(), random(), random()];
  };
  expect(three(7)).toEqual(three(7));
  expect(three(7)).not.toEqual(three(8));
  expect(three(7).every((number) => number >= 0 && number < 1)).toBeTrue();
});
