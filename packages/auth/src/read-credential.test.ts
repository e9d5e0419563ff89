import { expect, test } from "bun:test";
import { Unauthenticated } from "@platz/domain";
import { createApiToken } from "./api-token.ts";
import { readCredential } from "./read-credential.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6e319.c2lnbmF0dXJl";
const { token, id, secretHash } = createApiToken();
const apiToken = { kind: "api-token", id, secretHash } as const;
const accessToken = { kind: "access-token", token: jwt } as const;

test("either header takes either kind of token", () => {
  expect(readCredential(new Headers({ "x-platz-token": token }))).toEqual(apiToken);
  expect(readCredential(new Headers({ "x-platz-token": jwt }))).toEqual(accessToken);
  expect(readCredential(new Headers({ authorization: `Bearer ${token}` }))).toEqual(apiToken);
  expect(readCredential(new Headers({ authorization: `bearer ${jwt}` }))).toEqual(accessToken);
});

test("x-platz-token decides alone, also when it is wrong", () => {
  expect(readCredential(new Headers({ "x-platz-token": token, authorization: `Bearer ${jwt}` }))).toEqual(
    apiToken,
  );
  for (const wrong of ["", "nonsense"]) {
    const headers = new Headers({ "x-platz-token": wrong, authorization: `Bearer ${jwt}` });
    expect(() => readCredential(headers)).toThrow(Unauthenticated);
  }
});

test("no header is no credential, and another scheme is refused", () => {
  expect(readCredential(new Headers())).toBeUndefined();
  for (const authorization of ["Basic dXNlcjpwYXNz", "Bearer", jwt, `Bearer ${jwt} x`]) {
    expect(() => readCredential(new Headers({ authorization }))).toThrow(Unauthenticated);
  }
});

test("a refusal does not repeat the credential", () => {
  expect(() => readCredential(new Headers({ "x-platz-token": "hunter2" }))).not.toThrow("hunter2");
});
