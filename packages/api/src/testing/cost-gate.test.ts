import { expect, test } from "bun:test";
import { excessOf } from "./cost-gate.ts";
import { shapes } from "./sized-inputs.ts";

const inputs = (shape: string) => (size: number) => shapes[shape]?.(size, {}) ?? "";

/** A walk that copies a place for each value and spreads them: it fails, or costs hundreds of times what reading costs. */
function copyingWalk(input: unknown): void {
  const waiting = [{ path: [] as (string | number)[], value: input }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { path, value } = place;
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.entries(value).map(([key, value]) => ({ path: [...path, key], value }));
    for (const one of inner) waiting.push(one);
  }
}

test("a walk that copies the place of every value is found, which is linear and yet too much", async () => {
  const run = (text: string) => copyingWalk(JSON.parse(text));
  const prepare = inputs("a list inside of sixty");
  expect(await excessOf({ prepare, run, size: 400_000 })).toMatch(/characters took \d+ ms of CPU/);
}, 60_000);

test("what compares every value with every other is found, and what looks at each once is not", async () => {
  const prepare = inputs("a flat list");
  const pairs = (text: string) => {
    const list: number[] = JSON.parse(text);
    let equal = 0;
    for (const a of list) for (const b of list) equal += a === b ? 1 : 0;
    return equal;
  };
  expect(await excessOf({ prepare, run: pairs, size: 20_000 })).toBeDefined();
  const each = (text: string) => JSON.parse(text).map((value: number) => value + 1);
  expect(await excessOf({ prepare, run: each, size: 500_000 })).toBeUndefined();
}, 60_000);
