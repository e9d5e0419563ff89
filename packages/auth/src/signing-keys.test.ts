import { expect, test } from "bun:test";
import { DeploymentId } from "@platz/domain";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { createOutgoingSigner } from "./outgoing-signer.ts";
import { generateSigningKey } from "./signing-keys.ts";
import { keysInMemory } from "./testing/keys-in-memory.ts";

test("the first use makes a key, and what is known is not read again for a while", async () => {
  const { keys, stored, pass, reads } = keysInMemory("access");
  const [{ id }, again] = [await keys.current(), await keys.current()];
  expect(again.id).toBe(id);
  expect(stored.map(({ key }) => key.id)).toEqual([id]);
  const before = reads();
  await keys.find(id);
  expect(reads()).toBe(before);
  pass(10_000);
  await keys.current();
  expect(reads()).toBe(before + 1);
});

test("after a rotation the new key signs, and the old one is still found while it is stored", async () => {
  const { keys, stored, rotate, pass } = keysInMemory("access");
  const { id } = await keys.current();
  await rotate();
  pass(10_000);
  expect((await keys.current()).id).not.toBe(id);
  expect(await keys.find(id)).toBeDefined();
  stored.pop();
  pass(10_000);
  expect(await keys.find(id)).toBeUndefined();
});

test("a key of another process is found at once, and unknown ids do not cause a read each", async () => {
  const { keys, stored, rotate, pass, reads } = keysInMemory("access");
  await keys.current();
  await rotate();
  pass(1_000);
  const before = reads();
  expect(await keys.find(stored[0]?.key.id ?? "")).toBeDefined();
  expect(reads()).toBe(before + 1);
  for (const id of ["x", "y", "z"]) expect(await keys.find(id)).toBeUndefined();
  expect(reads()).toBe(before + 1);
});

test("the public half of a pair verifies and holds no secret, and a symmetric key has none", async () => {
  const pair = await generateSigningKey("outgoing");
  expect(pair.publicJwk).toMatchObject({ kty: "EC", crv: "P-256", kid: pair.id, alg: "ES256", use: "sig" });
  expect(pair.publicJwk?.d).toBeUndefined();
  expect((await generateSigningKey("access")).publicJwk).toBeNull();
});

test("a request of ours is recognised by the published key, for its own origin, for five minutes", async () => {
  const { keys, stored } = keysInMemory("outgoing");
  const now = new Date("2026-03-01T00:00:00Z");
  const issuer = "https://platz.dev/";
  const deploymentId = DeploymentId.parse("01234567-89ab-4def-81ab-cdef01234567");
  const sign = createOutgoingSigner(keys, { issuer, now: () => now });
  const { authorization = "" } = await sign(deploymentId, {
    method: "POST",
    url: "https://app.example.com/paint?x=1#y",
    body: "hello world",
  });
  const token = authorization.replace("Bearer ", "");
  const published = createLocalJWKSet({ keys: stored.flatMap(({ key }) => key.publicJwk ?? []) });
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", kid: stored[0]?.key.id });
  const verify = (audience: string, seconds = 0) =>
    jwtVerify(token, published, { issuer, audience, currentDate: new Date(now.getTime() + seconds * 1000) });
  const { payload } = await verify("https://app.example.com", 299);
  expect(payload).toMatchObject({
    sub: deploymentId,
    method: "POST",
    target: "/paint?x=1",
    body_sha256: "uU0nuZNNPgilLlLX2n2r-sSE7-N6U4DukIj3rOLvzek",
  });
  await expect(verify("https://other.example.com")).rejects.toThrow("aud");
  await expect(verify("https://app.example.com", 301)).rejects.toThrow("exp");
});
