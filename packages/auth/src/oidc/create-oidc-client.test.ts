import { afterAll, beforeEach, expect, test } from "bun:test";
import { Unauthenticated, Unavailable } from "@platz/domain";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { createOidcClient, type OidcSettings } from "./create-oidc-client.ts";

const CLIENT_SECRET = "a-client-secret-that-is-long-enough-for-hs256";
const seconds = () => Math.floor(Date.now() / 1000);

type Answer = () => Response | Promise<Response>;

/** A provider that answers as each test says. The real one is the subject of the sign-in test. */
const says: { discovery: Answer; token: Answer; userinfo: Answer; discoveries: number; idToken: string } = {
  discovery: () => Response.json({}),
  token: () => Response.json({}),
  userinfo: () => new Response(null, { status: 500 }),
  discoveries: 0,
  idToken: "",
};

const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256");
const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256" };

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/.well-known/openid-configuration": () => {
      says.discoveries += 1;
      return says.discovery();
    },
    "/jwks": () => Response.json({ keys: [jwk] }),
    "/token": () => says.token(),
    "/userinfo": () => says.userinfo(),
  },
});
const issuer = `http://127.0.0.1:${server.port}`;
afterAll(() => server.stop(true));

const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/auth?tenant=1`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  userinfo_endpoint: `${issuer}/userinfo`,
  id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
};

beforeEach(() => {
  says.discovery = () => Response.json(metadata);
  says.token = () => Response.json({ access_token: "at", token_type: "Bearer", id_token: says.idToken });
  says.userinfo = () => new Response(null, { status: 500 });
  says.discoveries = 0;
});

const client = (changes: Partial<OidcSettings> = {}) =>
  createOidcClient({
    issuer,
    clientId: "platz",
    clientSecret: CLIENT_SECRET,
    redirectUri: "https://platz.dev/auth/google/callback",
    timeoutMs: 300,
    ...changes,
  });

const good = () => ({
  iss: issuer,
  aud: "platz",
  sub: "ada",
  iat: seconds(),
  exp: seconds() + 60,
  nonce: "n",
  email: "ada@platz.dev",
  email_verified: true,
  name: "Ada",
});

const sign = (claims: Record<string, unknown>, key = privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(key);

async function finishWith(idToken: string) {
  says.idToken = idToken;
  return await client().finish({ code: "c", nonce: "n", codeVerifier: "v".repeat(43) });
}

test("a good ID token says who the person is", async () => {
  expect(await finishWith(await sign(good()))).toEqual({
    issuer,
    subject: "ada",
    email: "ada@platz.dev",
    emailIsVerified: true,
    displayName: "Ada",
  });
});

test("an ID token for another audience, of another issuer, of another sign-in or out of date is refused", async () => {
  const wrong = [
    { aud: "somebody-else" },
    { aud: ["platz", "somebody-else"] },
    { aud: ["platz", "somebody-else"], azp: "somebody-else" },
    { azp: "somebody-else" },
    { iss: "https://evil.test" },
    { nonce: "another" },
    { nonce: undefined },
    { sub: undefined },
    { exp: undefined },
    { exp: seconds() - 10 },
    { nbf: seconds() + 60 },
  ];
  for (const change of wrong) {
    await expect(finishWith(await sign({ ...good(), ...change }))).rejects.toThrow(Unauthenticated);
  }
});

test("an ID token that the provider did not sign is refused, whatever algorithm it names", async () => {
  const byClient = await new SignJWT(good())
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(CLIENT_SECRET));
  const unsigned = new UnsecuredJWT(good()).encode();
  for (const token of [await sign(good(), stranger.privateKey), byClient, unsigned, "nonsense"]) {
    await expect(finishWith(token)).rejects.toThrow(Unauthenticated);
  }
});

test("verified counts only when the provider says so, as a boolean or in words", async () => {
  const verified = async (value: unknown) =>
    (await finishWith(await sign({ ...good(), email_verified: value }))).emailIsVerified;
  expect(await verified("true")).toBe(true);
  expect(await verified(false)).toBe(false);
  expect(await verified("false")).toBe(false);
  expect(await verified(undefined)).toBe(false);
});

test("what the ID token leaves out is asked of userinfo, for the same subject only", async () => {
  const { email: _email, email_verified: _verified, name: _name, ...bare } = good();
  says.userinfo = () =>
    Response.json({ sub: "ada", email: "ada@platz.dev", email_verified: true, name: "Ada" });
  expect(await finishWith(await sign(bare))).toMatchObject({ email: "ada@platz.dev", emailIsVerified: true });
  says.userinfo = () =>
    Response.json({ sub: "boss", email: "boss@platz.dev", email_verified: true, name: "Boss" });
  await expect(finishWith(await sign(bare))).rejects.toThrow(Unavailable);
});

test("userinfo does not verify an address of the ID token", async () => {
  const { email_verified: _verified, name: _name, ...half } = { ...good(), email: "boss@platz.dev" };
  says.userinfo = () =>
    Response.json({ sub: "ada", email: "ada@platz.dev", email_verified: true, name: "Ada" });
  expect(await finishWith(await sign(half))).toMatchObject({
    email: "boss@platz.dev",
    emailIsVerified: false,
  });
});

test("the discovery document is read once, also by many at the same time", async () => {
  const one = client();
  const urls = await Promise.all([one.begin(), one.begin(), one.begin()]);
  await one.begin();
  expect(says.discoveries).toBe(1);
  expect(new Set(urls.map(({ state }) => state)).size).toBe(3);
  expect(new URL(urls[0]?.url ?? "").searchParams.get("tenant")).toBe("1");
});

test("a failed discovery is not remembered, and a document of another issuer is not used", async () => {
  const one = client();
  says.discovery = () => new Response("down", { status: 502 });
  await expect(one.begin()).rejects.toThrow(Unavailable);
  says.discovery = () => Response.json({ ...metadata, issuer: "https://evil.test" });
  await expect(one.begin()).rejects.toThrow(Unavailable);
  says.discovery = () => Response.redirect(`${issuer}/jwks`);
  await expect(one.begin()).rejects.toThrow(Unavailable);
  says.discovery = () => Response.json(metadata);
  expect((await one.begin()).url).toStartWith(`${issuer}/auth`);
});

test("a provider that does not answer in time is unavailable, at every step", async () => {
  const never: Answer = () => new Promise(() => {});
  says.discovery = never;
  await expect(client().begin()).rejects.toThrow(Unavailable);
  says.discovery = () => Response.json(metadata);
  says.token = never;
  await expect(finishWith("")).rejects.toThrow(Unavailable);
});

test("a refused code is told from a refused client and from an answer that makes no sense", async () => {
  says.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  await expect(finishWith("")).rejects.toThrow("used already or has expired");
  says.token = () => Response.json({ error: "invalid_client" }, { status: 401 });
  await expect(finishWith("")).rejects.toThrow("check the OpenID settings");
  says.token = () => new Response("oops", { status: 500 });
  await expect(finishWith("")).rejects.toThrow(Unavailable);
  says.token = () => Response.json({ access_token: "at", token_type: "Bearer" });
  await expect(finishWith("")).rejects.toThrow("sent no ID token");
});
