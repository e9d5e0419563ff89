import { expect, test } from "bun:test";
import { createApiToken, parseApiToken, sameHash } from "./api-token.ts";

test("a token is a prefix that scanners know, 22 characters of id, a dot, and 43 of secret", () => {
  const { token } = createApiToken();
  expect(token).toMatch(/^platz_[\w-]{22}\.[\w-]{43}$/);
  expect(createApiToken().token).not.toBe(token);
});

test("a token of the specification, without the prefix, leads to its row and hash", () => {
  // From the format itself: the UUID's bytes, and SHA-256 over the text of the second part.
  const parsed = parseApiToken("ASNFZ4mrTe-Bq83vASNFZw.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  expect(parsed).toEqual({
    id: "01234567-89ab-4def-81ab-cdef01234567",
    secretHash: "DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo",
  });
});

test("a new token is found again by what was stored of it", () => {
  const { id, token, secretHash } = createApiToken();
  expect(parseApiToken(token)).toEqual({ id, secretHash });
  expect(secretHash).not.toContain(token.slice(-43));
});

test("what is no token is none, whatever it looks like", () => {
  const { token } = createApiToken();
  for (const text of [
    "",
    ".",
    token.slice(1),
    `${token}A`,
    `${token}=`,
    token.replace(".", ".."),
    ` ${token}`,
    "a.b.c",
  ]) {
    expect(parseApiToken(text)).toBeUndefined();
  }
});

test("hashes are the same only when they are", () => {
  expect(sameHash("abc", "abc")).toBe(true);
  expect(sameHash("abc", "abd")).toBe(false);
  expect(sameHash("abc", "abcd")).toBe(false);
  expect(sameHash("", "")).toBe(true);
});
