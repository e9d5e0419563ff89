import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signInThroughProvider } from "./sign-in.ts";
import { type OidcProvider, startOidcProvider } from "./start-oidc-provider.ts";

const usersFile = new URL("../../../.dev/oidc-users.json", import.meta.url).pathname;
const redirectUri = "http://127.0.0.1:3000/auth/google/callback";
const options = {
  port: 0,
  usersFile,
  clientId: "platz",
  clientSecret: "secret",
  redirectUris: [redirectUri],
  env: {},
};

let dir: string;
let provider: OidcProvider;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "platz-oidc-"));
  provider = await startOidcProvider({ ...options, dir });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

function authorizationUrl(changes: Record<string, string> = {}): string {
  const url = new URL(`${provider.issuer}/auth`);
  const parameters = {
    client_id: "platz",
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "openid profile email",
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

test("it does not start in production, whichever variable says so", async () => {
  for (const env of [{ NODE_ENV: "production" }, { PLATZ_ENV: "Production" }]) {
    await expect(startOidcProvider({ ...options, dir, env })).rejects.toThrow("use a real provider");
  }
});

test("its keys are kept for the next start, readable by their owner alone", async () => {
  const file = join(dir, "oidc-keys.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const before = await readFile(file, "utf8");
  await using again = await startOidcProvider({ ...options, dir });
  expect(again.issuer).not.toBe(provider.issuer);
  expect(await readFile(file, "utf8")).toBe(before);
});

test("a program signs in with plain requests, as anybody in the users file, one after another", async () => {
  for (const email of ["admin@platz.dev", "maintainer@platz.dev", "user@platz.dev"]) {
    const answer = await signInThroughProvider({ redirectUrl: authorizationUrl(), email });
    expect(answer.state).toBe("the-state");
    expect(answer.callbackUrl).toStartWith(redirectUri);
  }
});

test("somebody who is not in the users file cannot sign in", async () => {
  const signIn = signInThroughProvider({ redirectUrl: authorizationUrl(), email: "stranger@platz.dev" });
  await expect(signIn).rejects.toThrow("There is no such person");
});

test("it wants PKCE and a redirect address that it knows", async () => {
  const plain = new URL(authorizationUrl());
  plain.searchParams.delete("code_challenge");
  plain.searchParams.delete("code_challenge_method");
  await expect(signInThroughProvider({ redirectUrl: plain.href, email: "admin@platz.dev" })).rejects.toThrow(
    "refused",
  );
  const elsewhere = await fetch(authorizationUrl({ redirect_uri: "http://evil.test/" }), {
    redirect: "manual",
  });
  expect(elsewhere.status).toBe(400);
  expect(await elsewhere.text()).toContain("redirect_uri");
});

test("it answers no other host name than its own", async () => {
  const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`, {
    headers: { host: "evil.test" },
  });
  expect(response.status).toBe(421);
});

test("its pages load nothing from anywhere", async () => {
  const response = await fetch(authorizationUrl({ redirect_uri: "http://evil.test/<b>" }), {
    redirect: "manual",
  });
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await response.text()).not.toContain("<b>");
});

test("a taken port is said in one sentence", async () => {
  const port = Number(new URL(provider.issuer).port);
  await expect(startOidcProvider({ ...options, dir, port })).rejects.toThrow(
    `Port ${port} for the OpenID provider is taken`,
  );
});
