import { expect, test } from "bun:test";
import { requireHttps } from "./plain-http.ts";

const refusal = (addresses: Record<string, string>, isAllowed = false) => {
  try {
    requireHttps({ PLATZ_ALLOW_HTTP: isAllowed }, addresses);
    return "taken";
  } catch (error) {
    return String(error);
  }
};

test("addresses without TLS are refused by the names of their settings, all at once, unless that is allowed", () => {
  const addresses = { PLATZ_OWN_URL: "http://platz.example.com", OIDC_SERVER_URL: "http://10.0.0.7/realm" };
  expect(refusal(addresses)).toMatch(/PLATZ_OWN_URL: over http:[\s\S]*\nOIDC_SERVER_URL: over http:/);
  expect(refusal(addresses)).toContain("use https://, or set PLATZ_ALLOW_HTTP=true");
  expect(refusal(addresses, true)).toBe("taken");
  expect(refusal({ PLATZ_OWN_URL: "https://platz.example.com" })).toBe("taken");
});

test("what does not leave the machine needs no TLS, and a name that only looks so does", () => {
  for (const host of ["localhost:3000", "platz.localhost", "127.0.0.1", "127.8.9.1", "[::1]:80", "0x7f.1"]) {
    expect([host, refusal({ PLATZ_OWN_URL: `http://${host}` })]).toEqual([host, "taken"]);
  }
  for (const host of ["127.example.com", "localhost.example.com", "0.0.0.0", "[::2]", "[::ffff:10.0.0.1]"]) {
    expect([host, refusal({ PLATZ_OWN_URL: `http://${host}` })]).not.toEqual([host, "taken"]);
  }
});
