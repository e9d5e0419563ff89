import { expect, test } from "bun:test";
import { junitTotals, totalsLine } from "./junit-totals.ts";

test("the closing line is what the runner's own report counted", () => {
  const totals = junitTotals(
    '<?xml version="1.0"?>\n<testsuites name="bun test" tests="7" assertions="9" failures="2" skipped="1" time="1.2">\n<testsuite tests="3">',
  );
  expect(totalsLine(totals)).toBe("4 passed, 2 failed, 1 skipped");
  expect(totalsLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
});

test("a report without totals is an error, not zero failures", () => {
  expect(() => junitTotals("")).toThrow("left no report");
});
