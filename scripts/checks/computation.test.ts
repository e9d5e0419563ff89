import { expect, test } from "bun:test";
import { Glob } from "bun";
import { forbiddenComputation } from "./computation.ts";

const top = new URL("../..", import.meta.url).pathname;

test("what somebody else wrote is parsed, interpreted and compared in the sandbox alone", async () => {
  const found: string[] = [];
  for (const file of new Glob("{packages,apps}/*/src/**/*.ts").scanSync(top)) {
    if (file.endsWith(".test.ts") || file.includes("/testing/")) continue;
    found.push(...forbiddenComputation(file, await Bun.file(`${top}/${file}`).text()));
  }
  expect(found).toEqual([]);
});

test.each([
  'import { parse } from "yaml";',
  'import { createTwoFilesPatch } from "diff";',
  'import {\n  chartFormOf,\n} from "@platz/chart-ext";',
  "const found = new RegExp(pattern).exec(text);",
  "new RegExp(`^a`.concat(name))",
])("a file of a service with %s is told", (text) => {
  expect(forbiddenComputation("packages/services/src/a.ts", text)).toHaveLength(1);
});

test("types, and expressions that are written out, are nobody's", () => {
  const text =
    'import type { ChartForm } from "@platz/chart-ext";\nconst digits = /\\d+/;\nnew RegExp("^a$");';
  expect(forbiddenComputation("packages/services/src/a.ts", text)).toEqual([]);
});
