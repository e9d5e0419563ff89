import { expect, test } from "bun:test";
import { deadReferences, references } from "./docs.ts";

test("every path that the documentation names exists", async () => {
  expect(await deadReferences(new URL("../..", import.meta.url).pathname)).toEqual([]);
});

test("links and quoted paths are found; addresses, anchors and commands are not", () => {
  const text = "[a](docs/a.md#x) [b](https://example.com) [c](#c) `packages/db/src` `npm test` ![d](d.png)";
  expect(references(text)).toEqual(["docs/a.md", "d.png", "packages/db/src"]);
});
