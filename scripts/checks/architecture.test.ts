import { expect, test } from "bun:test";
import { Glob } from "bun";
import { brokenWalls, browserSafe } from "./architecture.ts";
import { readWorkspaces } from "./workspaces.ts";

const top = new URL("../..", import.meta.url).pathname;
const workspace = (folder: string, dependencies: string[] = []) => ({
  folder,
  name: `@platz/${folder.split("/").at(-1)}`,
  dependencies,
  devDependencies: [],
});

test("every package depends only on lower tiers, and no app on another", async () => {
  expect(brokenWalls(await readWorkspaces(top))).toEqual([]);
});

test("an import from a neighbour, from above, of an app, or out of the browser is seen", () => {
  const broken = brokenWalls([
    workspace("packages/domain", ["@platz/db"]),
    workspace("packages/db", ["@platz/auth", "@platz/domain"]),
    workspace("packages/auth"),
    workspace("packages/nowhere"),
    workspace("apps/api", ["@platz/agent"]),
    workspace("apps/agent"),
    workspace("apps/all", ["@platz/agent"]),
  ]);
  expect(broken).toEqual([
    "packages/domain may not depend on packages/db.",
    "packages/domain must load in a browser, and @platz/db may not.",
    "packages/db may not depend on packages/auth.",
    "packages/nowhere stands in no tier of scripts/checks/architecture.ts.",
    "apps/api may not depend on apps/agent.",
  ]);
});

test("what must load in a browser names nothing of Node or Bun", async () => {
  const found: string[] = [];
  for (const room of browserSafe) {
    for (const file of new Glob(`packages/${room}/src/**/*.ts`).scanSync(top)) {
      if (file.endsWith(".test.ts")) continue;
      const text = await Bun.file(`${top}/${file}`).text();
      if (/from "(node|bun):?|\bBun\.|\bprocess\.[a-z]/.test(text)) found.push(file);
    }
  }
  expect(found).toEqual([]);
});

test("no listener shows Bun's own page of an error, which holds sources", async () => {
  const found: string[] = [];
  for (const file of new Glob("{apps,packages,examples}/*/src/**/*.ts").scanSync(top)) {
    if (/\.test\.ts$|\/testing\//.test(file)) continue;
    const text = await Bun.file(`${top}/${file}`).text();
    const listeners = text.match(/Bun\.serve\(\{[\s\S]*?\}\)/g) ?? [];
    if (!listeners.every((one) => one.includes("development: false"))) found.push(file);
  }
  expect(found).toEqual([]);
});
