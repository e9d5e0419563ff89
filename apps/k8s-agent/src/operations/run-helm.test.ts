import { expect, test } from "bun:test";
import { linesOf, OWN_WARNING } from "./run-helm.ts";

test("of a run that several owners followed, the lines that Helm said are counted, and none of ours", () => {
  const log = [
    `${OWN_WARNING}no TLS secret.`,
    "Helm runs (attempt 1):",
    "first",
    "Warning: said by a chart",
    "Attempt 2.",
    `${OWN_WARNING}no TLS secret.`,
    "Helm's run of attempt 1 goes on, and is followed:",
    "third",
  ];
  expect(linesOf(`${log.join("\n")}\n`, 1)).toBe(3);
});

test("of a run that is not in the log no line is known", () => {
  expect(linesOf("Attempt 2.\n", 1)).toBe(0);
});
