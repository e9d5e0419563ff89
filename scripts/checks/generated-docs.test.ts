import { expect, test } from "bun:test";
import { pages } from "../docs/pages.ts";

for (const [path, make] of Object.entries(pages)) {
  test(`${path} says what the code says (npm run docs writes it)`, async () => {
    expect(await Bun.file(new URL(`../../${path}`, import.meta.url)).text()).toBe(make());
  });
}
