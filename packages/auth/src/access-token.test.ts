import { expect, test } from "bun:test";
import { DeploymentId, type Identity, SessionId, Unauthenticated, UserId } from "@platz/domain";
import { SignJWT, UnsecuredJWT } from "jose";
import { issueAccessToken, issueDeploymentToken, verifyAccessToken } from "./access-token.ts";
import { keysInMemory } from "./testing/keys-in-memory.ts";

const { keys, stored } = keysInMemory("access");
const { id: kid, key: secret } = await keys.current();
const now = new Date("2026-01-01T00:00:00.900Z");
const sessionId = SessionId.parse("11234567-89ab-4def-81ab-cdef01234567");
const user: Identity = { kind: "User", id: UserId.parse("01234567-89ab-4def-81ab-cdef01234567") };
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const decoded = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString());

const signed = (claims: Record<string, unknown>, alg = "HS256") =>
  new SignJWT(claims)
    .setProtectedHeader({ alg, typ: "JWT", kid })
    .sign(alg === "HS256" ? secret : new Uint8Array(64));

const seconds = Math.floor(now.getTime() / 1000);
const times = { iat: seconds, nbf: seconds, exp: seconds + 60 };

test("a token has the header and the claims of the specification, its key and its session, and no others", async () => {
  const { token, expiresAt } = await issueAccessToken(
    keys,
    { identity: user, sessionId },
    { ttlMs: 60_000, now },
  );
  const [header, payload] = token.split(".");
  expect(decoded(header)).toEqual({ typ: "JWT", alg: "HS256", kid });
  expect(decoded(payload)).toEqual({ identity: { User: user.id }, ...times, jti: sessionId });
  expect(expiresAt).toEqual(new Date((seconds + 60) * 1000));
});

test("a token says who its bearer is until it expires, and five seconds more", async () => {
  const { token } = await issueAccessToken(keys, { identity: user, sessionId }, { ttlMs: 60_000, now });
  expect(await verifyAccessToken(keys, token, now)).toEqual({ identity: user, sessionId });
  expect(await verifyAccessToken(keys, token, later(63))).toEqual({ identity: user, sessionId });
  await expect(verifyAccessToken(keys, token, later(66))).rejects.toThrow("has expired");
  expect(await verifyAccessToken(keys, token, later(-4))).toEqual({ identity: user, sessionId });
  await expect(verifyAccessToken(keys, token, later(-7))).rejects.toThrow(Unauthenticated);
});

test("a deployment's token carries the deployment", async () => {
  const id = DeploymentId.parse("01234567-89ab-4def-81ab-cdef01234567");
  const { token } = await issueDeploymentToken(keys, id, { ttlMs: 3_600_000, now });
  expect(decoded(token.split(".")[1])).toMatchObject({ identity: { Deployment: id } });
  expect(await verifyAccessToken(keys, token, now)).toEqual({
    identity: { kind: "Deployment", id },
    sessionId: undefined,
  });
});

test("a token of another key, another algorithm or none is refused", async () => {
  const claims = { identity: { User: user.id }, ...times };
  const { token } = await issueAccessToken(keys, { identity: user }, { ttlMs: 60_000, now });
  const ofOthers = await issueAccessToken(
    keysInMemory("access").keys,
    { identity: user },
    { ttlMs: 60_000, now },
  );
  const unsigned = new UnsecuredJWT({ identity: { User: user.id } }).setExpirationTime("1h").encode();
  const unnamed = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
  const [header, payload, signature] = token.split(".");
  const swapped = Buffer.from(JSON.stringify({ ...claims, exp: seconds + 10_000 })).toString("base64url");
  const refused = [
    ofOthers.token,
    await signed(claims, "HS512"),
    unsigned,
    unnamed,
    `${header}.${swapped}.${signature}`,
    `${header}.${payload}.`,
  ];
  for (const text of refused) {
    await expect(verifyAccessToken(keys, text, now)).rejects.toThrow(Unauthenticated);
  }
  expect(stored).toHaveLength(1);
});

test("an outage while a key is looked up is no word about the token", async () => {
  const { token } = await issueAccessToken(keys, { identity: user }, { ttlMs: 60_000, now });
  const down = { ...keys, find: () => Promise.reject(new Error("ECONNREFUSED")) };
  await expect(verifyAccessToken(down, token, now)).rejects.toThrow("ECONNREFUSED");
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
    await expect(verifyAccessToken(keys, await signed(claims), now)).rejects.toThrow(Unauthenticated);
  }
});
