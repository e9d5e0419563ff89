import { expect, test } from "bun:test";
import { failureReason } from "./failure-reason.ts";

test("Helm's last error is taken whole, without what loggers said", () => {
  const output = [
    'level=WARN msg="unable to find exact version"',
    "I1123 10:00:00.000000       1 request.go:601] throttled",
    "Error: first",
    "Error: UPGRADE FAILED: 2 errors occurred:",
    "\t* one",
    "WARNING: Kubernetes configuration file is group-readable.",
    "\t* two",
    "",
  ].join("\n");
  expect(failureReason(output)).toBe("UPGRADE FAILED: 2 errors occurred:\n\t* one\n\t* two");
});

test("without an error the last line stands for it, and nothing for nothing", () => {
  expect(failureReason("one\ntwo\n\n")).toBe("two");
  expect(failureReason("\nlevel=WARN msg=x\n")).toBeUndefined();
});

test("a reason is bounded", () => {
  expect(failureReason(`Error: ${"x".repeat(100_000)}`)).toHaveLength(2_000);
});
