import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiSettings, startApi } from "../apps/api/src/index.ts";
import { loadConfig } from "../packages/config/src/index.ts";
import { userIdentities, users } from "../packages/db/src/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "../packages/db/src/testing/index.ts";
import { createLogger } from "../packages/telemetry/src/index.ts";
import { signInThroughProvider } from "../scripts/local-stack/oidc/sign-in.ts";
import { type OidcProvider, startOidcProvider } from "../scripts/local-stack/oidc/start-oidc-provider.ts";

const person = (sub: string, changes: Record<string, unknown> = {}) => ({
  sub,
  email: `${sub}@platz.dev`,
  email_verified: true,
  name: `Person ${sub}`,
  groups: [],
  ...changes,
});

const CLIENT_SECRET = "client-secret-of-the-test";

// The API's own address stands in the provider's list before the API has a port: these are never connected to.
const ownUrl = "http://platz.test:3000";
const callback = `${ownUrl}/auth/google/callback`;

let dir: string;
let db: TestDatabase;
let provider: OidcProvider;
let api: Awaited<ReturnType<typeof startApi>>;
const lines: string[] = [];
const log = createLogger({ name: "api", level: "trace", destination: { write: (line) => lines.push(line) } });

const listUsers = (people: readonly unknown[]) => writeFile(join(dir, "users.json"), JSON.stringify(people));

const settings = (changes: Record<string, string> = {}) =>
  loadConfig(ApiSettings, {
    API_HOST: "127.0.0.1",
    API_PORT: "0",
    PLATZ_OWN_URL: ownUrl,
    OIDC_SERVER_URL: provider.issuer,
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: CLIENT_SECRET,
    ADMIN_EMAILS: "Boss@platz.dev",
    PLATZ_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
    DATABASE_URL: db.url,
    API_SHUTDOWN_GRACE: "200ms",
    ...changes,
  });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "platz-sign-in-"));
  await listUsers([person("ada"), person("boss")]);
  db = await createTestDatabase();
  provider = await startOidcProvider({
    port: 0,
    usersFile: join(dir, "users.json"),
    clientId: "platz",
    clientSecret: CLIENT_SECRET,
    redirectUris: [callback],
    dir,
    env: {},
  });
  api = await startApi(settings(), { log });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const address = (path: string) => `http://127.0.0.1:${api.port}${path}`;

/** Begins a sign-in as a browser that is new here. */
async function begin(headers: Record<string, string> = {}) {
  const response = await fetch(address("/auth/login"), { redirect: "manual", headers });
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { redirectUrl: response.headers.get("location") ?? "", cookie };
}

async function finish(answer: { code: string; state: string }, cookie: string) {
  const query = new URLSearchParams({ code: answer.code, state: answer.state });
  const response = await fetch(address(`/auth/google/callback?${query}`), {
    headers: { cookie, accept: "application/json" },
  });
  const body = (await response.json()) as { access_token: string; message: string };
  return { status: response.status, ...body };
}

async function signIn(email: string) {
  const { redirectUrl, cookie } = await begin();
  return await finish(await signInThroughProvider({ redirectUrl, email }), cookie);
}

const me = (headers: Record<string, string>) => fetch(address("/trpc/me.get"), { headers });

test("a person signs in through the provider, and their token says who they are, in either header", async () => {
  const { status, access_token: token } = await signIn("ada@platz.dev");
  expect(status).toBe(200);
  for (const headers of [{ authorization: `Bearer ${token}` }, { "x-platz-token": token }]) {
    const response = await me(headers);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("ada@platz.dev");
  }
});

test("the request to the provider carries state, nonce and a PKCE challenge", async () => {
  const { searchParams } = new URL((await begin()).redirectUrl);
  expect(searchParams.get("state")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("nonce")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("code_challenge_method")).toBe("S256");
  expect(searchParams.get("redirect_uri")).toBe(callback);
});

test("an answer with another state is refused", async () => {
  const { redirectUrl, cookie } = await begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const other = new URL((await begin()).redirectUrl).searchParams.get("state") ?? "";
  for (const state of ["made-up", other]) {
    expect(await finish({ ...answer, state }, cookie)).toMatchObject({ status: 401 });
  }
});

test("another browser cannot finish a sign-in, and the one that began it still can", async () => {
  const { redirectUrl, cookie } = await begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const stranger = await begin();
  expect(await finish(answer, stranger.cookie)).toMatchObject({ status: 401 });
  expect(await finish(answer, "")).toMatchObject({ status: 401 });
  expect(await finish(answer, cookie)).toMatchObject({ status: 200 });
});

test("an answer counts once", async () => {
  const { redirectUrl, cookie } = await begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const results = await Promise.all([finish(answer, cookie), finish(answer, cookie)]);
  expect(results.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test("a code that somebody else obtained does not fit into one's own sign-in", async () => {
  const theirs = await signInThroughProvider({ ...(await begin()), email: "boss@platz.dev" });
  const { redirectUrl, cookie } = await begin();
  const mine = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  expect(await finish({ code: theirs.code, state: mine.state }, cookie)).toMatchObject({ status: 401 });
});

test("two tabs of one browser sign in side by side", async () => {
  const first = await begin();
  const second = await begin({ cookie: first.cookie });
  expect(second.cookie).toBe(first.cookie);
  for (const { redirectUrl } of [first, second]) {
    const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
    expect(await finish(answer, first.cookie)).toMatchObject({ status: 200 });
  }
});

test("two first sign-ins of one person at once make one account", async () => {
  await listUsers([person("ada"), person("boss"), person("twin")]);
  const results = await Promise.all([signIn("twin@platz.dev"), signIn("twin@platz.dev")]);
  expect(results.map(({ status }) => status)).toEqual([200, 200]);
  expect((await db.select().from(userIdentities)).filter(({ subject }) => subject === "twin")).toHaveLength(
    1,
  );
});

test("an address that the provider has not verified lets nobody in", async () => {
  await listUsers([person("loose", { email_verified: false })]);
  expect(await signIn("loose@platz.dev")).toMatchObject({
    status: 403,
    message: "Your e-mail address is not verified at the sign-in provider: verify it there first.",
  });
});

test("an address in other letters is the same person's", async () => {
  await db.insert(users).values({ displayName: "Before", email: "Cased@Platz.dev" });
  await listUsers([person("cased", { email: "CASED@platz.DEV" })]);
  expect((await signIn("CASED@platz.DEV")).status).toBe(200);
  const rows = (await db.select().from(users)).filter(
    ({ email }) => email.toLowerCase() === "cased@platz.dev",
  );
  expect(rows).toMatchObject([{ displayName: "Person cased" }]);
});

test("who is listed as admin is one, and a deactivated person is refused at once, with a sentence", async () => {
  await listUsers([person("boss"), person("left")]);
  const boss = await signIn("boss@platz.dev");
  expect(await (await me({ authorization: `Bearer ${boss.access_token}` })).text()).toContain(
    '"isAdmin":true',
  );
  const left = await signIn("left@platz.dev");
  await db.$client`update users set is_active = false where email = 'left@platz.dev'`;
  const refused = await me({ authorization: `Bearer ${left.access_token}` });
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain("deactivated");
  expect(await signIn("left@platz.dev")).toMatchObject({
    status: 403,
    message: expect.stringContaining("deactivated"),
  });
});

test("an attempt runs out after ten minutes", async () => {
  await listUsers([person("ada")]);
  const { redirectUrl, cookie } = await begin();
  const [row] = await db.$client`select max(expires_at - created_at) as life from sign_in_attempts`;
  expect(row?.["life"]).toMatch(/^00:(09:59|10:00)/);
  await db.$client`update sign_in_attempts set expires_at = now() - interval '1 second'`;
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  expect(await finish(answer, cookie)).toMatchObject({ status: 401 });
});

test("neither state nor browser secret is stored as it is", async () => {
  const { redirectUrl, cookie } = await begin();
  const stored = JSON.stringify(await db.$client`select * from sign_in_attempts`);
  expect(stored).not.toContain(new URL(redirectUrl).searchParams.get("state") ?? "");
  expect(stored).not.toContain(cookie.split("=")[1] ?? "");
});

test("a program signs in by procedures, and chooses no address to be sent to", async () => {
  await listUsers([person("ada")]);
  const call = async (name: string, input: unknown) => {
    const response = await fetch(address(`/trpc/${name}`), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    });
    return (await response.json()) as {
      result?: { data: Record<string, string> };
      error?: { message: string };
    };
  };
  const { redirectUrl = "", browserSecret = "" } = (await call("signIn.start", {})).result?.data ?? {};
  const { code, state } = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const done = await call("signIn.finish", { code, state, browserSecret });
  expect(done.result?.data["accessToken"]).toMatch(/^eyJ/);
  const elsewhere = await call("signIn.start", { redirectUri: "https://evil.test/" });
  expect(elsewhere.error?.message).toContain("redirectUri");
});

test("after all that, no token, code or secret stands in the log", async () => {
  const { redirectUrl, cookie } = await begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const { access_token: token } = await finish(answer, cookie);
  await finish(answer, cookie);
  await me({ authorization: `Bearer ${token}` });
  const [setting] = await db.$client`select value from settings where key = 'jwt_secret'`;
  const text = lines.join("");
  expect(text).toContain("a sign-in was refused");
  for (const secret of [
    token,
    answer.code,
    answer.state,
    cookie.split("=")[1],
    CLIENT_SECRET,
    setting?.["value"],
  ]) {
    expect(text).not.toContain(secret);
  }
});
