import { expect, test } from "bun:test";
import { parseChallenge } from "./parse-challenge.ts";
import { parseRetryAfter } from "./parse-retry-after.ts";

test("a bearer challenge gives its realm, service and scope, quoted or not", () => {
  const header =
    'Bearer realm="https://auth.test/token",service=registry.test,scope="repository:a/b:pull,push"';
  expect(parseChallenge(header)).toEqual({
    scheme: "bearer",
    realm: "https://auth.test/token",
    service: "registry.test",
    scope: "repository:a/b:pull,push",
  });
});

test("a challenge that cannot be answered is none", () => {
  expect(parseChallenge('basic realm="x"')).toEqual({ scheme: "basic" });
  expect(parseChallenge(null)).toBeUndefined();
  expect(parseChallenge("Bearer")).toBeUndefined();
  expect(parseChallenge("Negotiate")).toBeUndefined();
  expect(parseChallenge(`Bearer ${'a="'.repeat(100_000)}`)).toBeUndefined();
});

test("Retry-After is read as seconds or as a date, and bounded", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("7", now)).toBe(7_000);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:01:00 GMT", now)).toBe(60_000);
  expect(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("999999999999", now)).toBe(86_400_000);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});
