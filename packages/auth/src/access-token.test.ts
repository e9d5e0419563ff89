import { expect, test } from "bun:test";
import { DeploymentId, type Identity, Unauthenticated, UserId } from "@platz/domain";
import { SignJWT, UnsecuredJWT } from "jose";
import { issueAccessToken, issueDeploymentToken, verifyAccessToken } from "./access-token.ts";

const secret = new Uint8Array(24).fill(7);
const now = new Date("2026-01-01T00:00:00.900Z");
const user: Identity = { kind: "User", id: UserId.parse("01234567-89ab-4def-81ab-cdef01234567") };
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const decoded = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString());

const signed = (claims: Record<string, unknown>, alg = "HS256") =>
  new SignJWT(claims)
    .setProtectedHeader({ alg, typ: "JWT" })
    .sign(alg === "HS256" ? secret : new Uint8Array(64));

const seconds = Math.floor(now.getTime() / 1000);
const times = { iat: seconds, nbf: seconds, exp: seconds + 60 };

test("a token has the header and the claims of the specification, and no others", async () => {
  const { token, expiresAt } = await issueAccessToken(secret, user, { ttlMs: 60_000, now });
  const [header, payload] = token.split(".");
  expect(decoded(header)).toEqual({ typ: "JWT", alg: "HS256" });
  expect(decoded(payload)).toEqual({ identity: { User: user.id }, ...times });
  expect(expiresAt).toEqual(new Date((seconds + 60) * 1000));
});

test("a token says who its bearer is until it expires, and five seconds more", async () => {
  const { token } = await issueAccessToken(secret, user, { ttlMs: 60_000, now });
  expect(await verifyAccessToken(secret, token, now)).toEqual(user);
  expect(await verifyAccessToken(secret, token, later(63))).toEqual(user);
  await expect(verifyAccessToken(secret, token, later(66))).rejects.toThrow("has expired");
  expect(await verifyAccessToken(secret, token, later(-4))).toEqual(user);
  await expect(verifyAccessToken(secret, token, later(-7))).rejects.toThrow(Unauthenticated);
});

test("a deployment's token carries the deployment", async () => {
  const id = DeploymentId.parse("01234567-89ab-4def-81ab-cdef01234567");
  const { token } = await issueDeploymentToken(secret, id, { ttlMs: 3_600_000, now });
  expect(decoded(token.split(".")[1])).toMatchObject({ identity: { Deployment: id } });
  expect(await verifyAccessToken(secret, token, now)).toEqual({ kind: "Deployment", id });
});

test("a token of another key, another algorithm or none is refused", async () => {
  const claims = { identity: { User: user.id }, ...times };
  const { token } = await issueAccessToken(secret, user, { ttlMs: 60_000, now });
  const unsigned = new UnsecuredJWT({ identity: { User: user.id } }).setExpirationTime("1h").encode();
  const [header, payload, signature] = token.split(".");
  const swapped = Buffer.from(JSON.stringify({ ...claims, exp: seconds + 10_000 })).toString("base64url");
  const refused = [
    [new Uint8Array(24).fill(8), token],
    [secret, await signed(claims, "HS512")],
    [secret, unsigned],
    [secret, `${header}.${swapped}.${signature}`],
    [secret, `${header}.${payload}.`],
  ] as const;
  for (const [key, text] of refused) {
    await expect(verifyAccessToken(key, text, now)).rejects.toThrow(Unauthenticated);
  }
});

test("a token without its times, or whose identity is not exactly one, is refused", async () => {
  const identity = { User: user.id };
  const refused = [
    { identity, iat: seconds, nbf: seconds },
    { identity, iat: seconds, exp: seconds + 60 },
    { ...times },
    { ...times, identity: { User: "not-a-uuid" } },
    { ...times, identity: { User: user.id, Bot: user.id } },
    { ...times, identity: { Robot: user.id } },
    { ...times, identity: user.id },
  ];
  for (const claims of refused) {
    await expect(verifyAccessToken(secret, await signed(claims), now)).rejects.toThrow(Unauthenticated);
  }
});
