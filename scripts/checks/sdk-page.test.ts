import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Glob } from "bun";

const top = join(import.meta.dirname, "../..");
const page = await readFile(join(top, "docs/sdk.md"), "utf8");
const shown = [...page.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, path = "", text = ""]) => [path, text] as const,
);

test.each(shown)("what docs/sdk.md shows of %s stands there", async (path, text) => {
  expect(await readFile(join(top, path), "utf8")).toContain(text);
});

test("docs/sdk.md shows every mount that there is, and no code that no test runs", () => {
  const paths = new Set(shown.map(([path]) => path));
  const mounts = [...new Glob("examples/mounts/src/*.ts").scanSync(top)];
  expect(mounts.filter((path) => !paths.has(path))).toEqual([]);
  expect(page.match(/^```\w/gm)).toHaveLength(shown.length);
});
