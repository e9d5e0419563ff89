import { expect, test } from "bun:test";
import { memorySize } from "./memory-size.ts";

const size = memorySize({ minBytes: 1024 * 1024 });

test.each([
  ["1Mi", 1_048_576],
  [" 2Gi ", 2_147_483_648],
  ["2048Ki", 2_097_152],
])("%p is %p bytes", (text, bytes) => {
  expect(size.parse(text)).toBe(bytes);
});

test.each(["", "1", "1M", "1.5Gi", "-1Gi", "1Gi 1Mi", "Gi"])("%p is refused with an example", (text) => {
  expect(size.safeParse(text).error?.issues[0]?.message).toContain('such as "512Mi"');
});

test("too little is refused with the bound", () => {
  expect(size.safeParse("1Ki").error?.issues[0]?.message).toBe("must be at least 1Mi");
});
