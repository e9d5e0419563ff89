import { expect, test } from "bun:test";
import { requireReleasable } from "./render.ts";

test("a manifest that no release could hold is refused", () => {
  expect(() => requireReleasable("#".repeat(5 * 1024 * 1024))).toThrow("too large for a release");
  expect(() => requireReleasable("kind: A")).not.toThrow();
});
