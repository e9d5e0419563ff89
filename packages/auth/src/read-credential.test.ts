import { expect, test } from "bun:test";
import { Forbidden, Unauthenticated } from "@platz/domain";
import { createApiToken } from "./api-token.ts";
import { sessionCookie } from "./own-cookie.ts";
import { readCredential } from "./read-credential.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6e319.c2lnbmF0dXJl";
const { token, id, secretHash } = createApiToken();
const apiToken = { kind: "api-token", id, secretHash } as const;
const accessToken = { kind: "access-token", token: jwt } as const;

const ownUrl = new URL("https://platz.dev");
const read = (headers: Record<string, string>, method = "POST") =>
  readCredential(new Request("http://localhost/trpc/x", { method, headers }), ownUrl);

test("either header takes either kind of token", () => {
  expect(read({ "x-platz-token": token })).toEqual(apiToken);
  expect(read({ "x-platz-token": jwt })).toEqual(accessToken);
  expect(read({ authorization: `Bearer ${token}` })).toEqual(apiToken);
  expect(read({ authorization: `bearer ${jwt}` })).toEqual(accessToken);
});

test("x-platz-token decides alone, also when it is wrong", () => {
  expect(read({ "x-platz-token": token, authorization: `Bearer ${jwt}` })).toEqual(apiToken);
  for (const wrong of ["", "nonsense"]) {
    const headers = { "x-platz-token": wrong, authorization: `Bearer ${jwt}` };
    expect(() => read(headers)).toThrow(Unauthenticated);
  }
});

test("no header is no credential, and another scheme is refused", () => {
  expect(read({})).toBeUndefined();
  for (const authorization of ["Basic dXNlcjpwYXNz", "Bearer", jwt, `Bearer ${jwt} x`]) {
    expect(() => read({ authorization })).toThrow(Unauthenticated);
  }
});

test("a refusal does not repeat the credential", () => {
  expect(() => read({ "x-platz-token": "hunter2" })).not.toThrow("hunter2");
});

const cookie = sessionCookie(ownUrl).write(token, 60).split(";")[0] ?? "";
const session = { kind: "session", id, secretHash } as const;

test("a browser's session counts where no token is sent, for requests of our own pages", () => {
  expect(read({ cookie, origin: "https://platz.dev" })).toEqual(session);
  expect(read({ cookie, "sec-fetch-site": "same-origin" })).toEqual(session);
  expect(read({ cookie }, "GET")).toEqual(session);
  expect(read({ cookie, "sec-fetch-site": "none" }, "GET")).toEqual(session);
  expect(read({ cookie, authorization: `Bearer ${jwt}`, origin: "https://evil.dev" })).toEqual(accessToken);
  expect(read({ cookie: "platz_session=x; other=y" })).toBeUndefined();
});

test("what another site has the browser send with the session is refused", () => {
  const foreign = [
    [{ origin: "https://evil.dev" }, "POST"],
    [{ origin: "null" }, "POST"],
    [{ origin: "https://sub.platz.dev" }, "POST"],
    [{}, "POST"],
    [{ "sec-fetch-site": "same-site" }, "POST"],
    [{ "sec-fetch-site": "cross-site" }, "GET"],
    [{ origin: "https://evil.dev", "sec-fetch-site": "same-origin" }, "GET"],
  ] as const;
  for (const [headers, method] of foreign) {
    expect(() => read({ cookie, ...headers }, method)).toThrow(Forbidden);
  }
});

test("no script, no other site and no other host can read or set the cookie", () => {
  expect(sessionCookie(ownUrl).write("v", 60)).toBe(
    "__Host-platz_session=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
  );
  expect(sessionCookie(new URL("http://localhost:3000")).clear()).toBe(
    "platz_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
  );
});
