import { afterEach, expect, setSystemTime, test } from "bun:test";
import { SignJWT } from "jose";
import { audience, deploymentId, otherDeploymentId, platzStub, platzUrl } from "../testing/platz-stub.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import { createVerifier, type VerifierOptions } from "./create-verifier.ts";
import { refuseUnsignedInProduction } from "./refuse-unsigned-in-production.ts";

afterEach(() => void setSystemTime());

/** Lets time pass for everybody. */
const pass = (ms: number) => setSystemTime(Date.now() + ms);

type Stub = ReturnType<typeof platzStub>;

const verifierOf = ({ fetch }: Stub, options: Partial<VerifierOptions> = {}) =>
  createVerifier({ platzUrl, audience, deploymentId, fetch, ...options });

test("a request that Platz signed for this deployment is let in, and says for which", async () => {
  const platz = platzStub();
  const caller = await verifierOf(platz)(await platz.request("/x"));
  expect(caller).toEqual({ deploymentId, tokenId: expect.any(String) });
});

test("an address of Platz without its slash at the end means the same", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz, { platzUrl: "https://platz.example.com" });
  expect(await verify(await platz.request("/x"))).toMatchObject({ deploymentId });
});

test("the keys are read over HTTP, from where Platz publishes them", async () => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(platz.jwks()) });
  const platz = platzStub({ issuer: server.url.href });
  const verify = createVerifier({ platzUrl: server.url.href, audience, deploymentId });
  expect(await verify(await platz.request("/x"))).toMatchObject({ deploymentId });
  await server.stop(true);
});

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  "Basic YTpi",
  "Bearer a b",
  "Bearer x",
  "Bearer a.b.c",
  "Bearer ...",
])("authorization %p is refused with 401", async (authorization) => {
  const platz = platzStub();
  const headers = authorization === undefined ? {} : { authorization };
  const { status } = await refusalOf(verifierOf(platz)(new Request(`${audience}/x`, { headers })));
  expect(status).toBe(401);
});

test("a token for another address, another deployment, or of another Platz is refused, and why is said", async () => {
  const platz = platzStub();
  const elsewhere = platzStub({ issuer: "https://other.example.com/" });
  const verify = verifierOf(platz);
  const wrong = [
    [await platz.request("/x", { to: "https://other.apps.example.com" }), "for another address"],
    [await platz.request("/x", { as: otherDeploymentId }), "for another deployment"],
    [await elsewhere.request("/x"), "no such key"],
  ] as const;
  for (const [request, reason] of wrong) {
    const { status, message } = await refusalOf(verify(request));
    expect([status, message]).toEqual([401, expect.stringContaining(reason)]);
  }
  const mixed = verifierOf({ ...platz, fetch: async () => Response.json(elsewhere.jwks()) });
  expect((await refusalOf(mixed(await elsewhere.request("/x")))).message).toContain(
    "issued by somebody else",
  );
});

test("a token is good for five minutes, and half a minute of difference between clocks", async () => {
  const start = new Date("2026-03-01T00:00:00Z");
  const platz = platzStub({ now: () => start });
  const request = await platz.request("/x");
  const at = (seconds: number) =>
    verifierOf(platz, { now: () => new Date(start.getTime() + seconds * 1000) })(request.clone());
  expect(await at(-29)).toMatchObject({ deploymentId });
  expect(await at(329)).toMatchObject({ deploymentId });
  for (const seconds of [-31, 331, 86_400]) expect((await refusalOf(at(seconds))).status).toBe(401);
});

test("whoever knows the public key cannot sign with it, and an unsigned token is none", async () => {
  const platz = platzStub();
  await platz.rotate();
  const [key] = platz.jwks().keys;
  const claims = { iss: platzUrl, aud: audience, sub: deploymentId, jti: "x" };
  const now = Math.floor(Date.now() / 1000);
  const secret = new TextEncoder().encode(JSON.stringify(key).padEnd(64));
  const hs256 = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", kid: key?.kid ?? "" })
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(secret);
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
  const none = `${part({ alg: "none" })}.${part({ ...claims, iat: now, exp: now + 60 })}.`;
  const good = (await platz.request("/x")).headers.get("authorization")?.replace("Bearer ", "") ?? "";
  const [head = "", , signature = ""] = good.split(".");
  const changed = `${head}.${part({ ...claims, iat: now, exp: now + 60 })}.${signature}`;
  for (const token of [hs256, none, changed]) {
    const request = new Request(`${audience}/x`, { headers: { authorization: `Bearer ${token}` } });
    expect((await refusalOf(verifierOf(platz)(request))).status).toBe(401);
  }
});

test("keys are read once and remembered; unknown ones do not cause a read each", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz);
  await Promise.all([verify(await platz.request("/x")), verify(await platz.request("/x"))]);
  await verify(await platz.request("/x"));
  expect(platz.reads()).toBe(1);
  const stranger = platzStub();
  for (const _ of [1, 2, 3]) await refusalOf(verify(await stranger.request("/x")));
  expect(platz.reads()).toBe(1);
});

test("a new key counts as soon as it signs, and one that Platz took back no longer after five minutes", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz);
  await verify(await platz.request("/x"));
  pass(10_000);
  const old = await platz.request("/x");
  const older = await platz.request("/x");
  await platz.rotate();
  expect(await verify(await platz.request("/x"))).toMatchObject({ deploymentId });
  expect(await verify(old)).toMatchObject({ deploymentId });
  platz.takeBackOld();
  pass(300_000);
  expect((await refusalOf(verify(older))).message).toContain("no such key");
  expect(platz.reads()).toBe(3);
});

test("when the keys cannot be read nobody is let in, and it is not called the caller's fault", async () => {
  const platz = platzStub();
  const request = await platz.request("/x");
  platz.goDown();
  expect((await refusalOf(verifierOf(platz)(request))).status).toBe(503);
  const nowhere = verifierOf(platz, { fetch: async () => new Response("<html>", { status: 200 }) });
  expect((await refusalOf(nowhere(request))).status).toBe(503);
  const wrong = verifierOf(platz, { fetch: async () => Response.json({ hello: 1 }) });
  expect((await refusalOf(wrong(request))).status).toBe(503);
});

test("one process for several deployments goes by the caller, each at its own address", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz, {
    deploymentId: "any",
    audience: (request) => new URL(request.url).origin,
  });
  expect(await verify(await platz.request("/x", { as: otherDeploymentId }))).toMatchObject({
    deploymentId: otherDeploymentId,
  });
  await refusalOf(verify(await platz.request("/x", { to: "https://other.apps.example.com" })));
});

test.each([
  { deploymentId: "" },
  { deploymentId: "eve" },
  { audience: "" },
  { audience: [] },
  { audience: "shop-eve.apps.example.com" },
  { audience: ["https://shop-eve.apps.example.com/"] },
  { platzUrl: "" },
  { platzUrl: "ftp://platz.example.com" },
])("settings that would let in too many, or nobody, are refused at once: %p", (options) => {
  expect(() => verifierOf(platzStub(), options)).toThrow();
});

test("an unsigned request is let in where allowUnsigned says so, each time with a warning; a wrong token is not", async () => {
  const warnings: string[] = [];
  const platz = platzStub();
  const verify = verifierOf(platz, { allowUnsigned: true, warn: (message) => warnings.push(message) });
  const bare = () => new Request("http://localhost/x");
  for (const _ of [1, 2]) expect(await verify(bare())).toEqual({ deploymentId: null, tokenId: null });
  expect(warnings).toHaveLength(2);
  await refusalOf(verify(await platz.request("/x", { as: otherDeploymentId })));
});

test("allowUnsigned does not work in Kubernetes, or in production", () => {
  expect(() => refuseUnsignedInProduction({ KUBERNETES_SERVICE_HOST: "10.0.0.1" })).toThrow(
    "inside of Kubernetes",
  );
  expect(() => refuseUnsignedInProduction({ NODE_ENV: "production" })).toThrow("NODE_ENV=production");
  expect(() => refuseUnsignedInProduction({ NODE_ENV: "development" })).not.toThrow();
});
