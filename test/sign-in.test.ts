import { afterAll, beforeAll, expect, test } from "bun:test";
import { userIdentities, users } from "../packages/db/src/schema/index.ts";
import { signInThroughProvider } from "../scripts/local-stack/oidc/sign-in.ts";
import { CLIENT_SECRET, callback, createSignInWorld, person } from "./testing/sign-in-world.ts";

let world: Awaited<ReturnType<typeof createSignInWorld>>;
beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("a person signs in through the provider, and their token says who they are, in either header", async () => {
  const { status, access_token: token } = await world.signIn("ada@platz.dev");
  expect(status).toBe(200);
  for (const headers of [{ authorization: `Bearer ${token}` }, { "x-platz-token": token }]) {
    const response = await world.me(headers);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("ada@platz.dev");
  }
});

test("the request to the provider carries state, nonce and a PKCE challenge", async () => {
  const { searchParams } = new URL((await world.begin()).redirectUrl);
  expect(searchParams.get("state")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("nonce")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  expect(searchParams.get("code_challenge_method")).toBe("S256");
  expect(searchParams.get("redirect_uri")).toBe(callback);
});

test("an answer with another state is refused", async () => {
  const { redirectUrl, cookie } = await world.begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const other = new URL((await world.begin()).redirectUrl).searchParams.get("state") ?? "";
  for (const state of ["made-up", other]) {
    expect(await world.finish({ ...answer, state }, cookie)).toMatchObject({ status: 401 });
  }
});

test("another browser cannot finish a sign-in, and the one that began it still can", async () => {
  const { redirectUrl, cookie } = await world.begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const stranger = await world.begin();
  expect(await world.finish(answer, stranger.cookie)).toMatchObject({ status: 401 });
  expect(await world.finish(answer, "")).toMatchObject({ status: 401 });
  expect(await world.finish(answer, cookie)).toMatchObject({ status: 200 });
});

test("an answer counts once", async () => {
  const { redirectUrl, cookie } = await world.begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const results = await Promise.all([world.finish(answer, cookie), world.finish(answer, cookie)]);
  expect(results.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test("a code that somebody else obtained does not fit into one's own sign-in", async () => {
  const theirs = await signInThroughProvider({ ...(await world.begin()), email: "boss@platz.dev" });
  const { redirectUrl, cookie } = await world.begin();
  const mine = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  expect(await world.finish({ code: theirs.code, state: mine.state }, cookie)).toMatchObject({ status: 401 });
});

test("two tabs of one browser sign in side by side", async () => {
  const first = await world.begin();
  const second = await world.begin({ cookie: first.cookie });
  expect(second.cookie).toBe(first.cookie);
  for (const { redirectUrl } of [first, second]) {
    const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
    expect(await world.finish(answer, first.cookie)).toMatchObject({ status: 200 });
  }
});

test("two first sign-ins of one person at once make one account", async () => {
  await world.listUsers([person("ada"), person("boss"), person("twin")]);
  const results = await Promise.all([world.signIn("twin@platz.dev"), world.signIn("twin@platz.dev")]);
  expect(results.map(({ status }) => status)).toEqual([200, 200]);
  expect(
    (await world.db.select().from(userIdentities)).filter(({ subject }) => subject === "twin"),
  ).toHaveLength(1);
});

test("an address that the provider has not verified lets nobody in", async () => {
  await world.listUsers([person("loose", { email_verified: false })]);
  expect(await world.signIn("loose@platz.dev")).toMatchObject({
    status: 403,
    message: "Your e-mail address is not verified at the sign-in provider: verify it there first.",
  });
});

test("an address in other letters is the same person's", async () => {
  await world.db.insert(users).values({ displayName: "Before", email: "Cased@Platz.dev" });
  await world.listUsers([person("cased", { email: "CASED@platz.DEV" })]);
  expect((await world.signIn("CASED@platz.DEV")).status).toBe(200);
  const rows = (await world.db.select().from(users)).filter(
    ({ email }) => email.toLowerCase() === "cased@platz.dev",
  );
  expect(rows).toMatchObject([{ displayName: "Person cased" }]);
});

test("who is listed as admin is one, and a deactivated person is refused at once, with a sentence", async () => {
  await world.listUsers([person("boss"), person("left")]);
  const boss = await world.signIn("boss@platz.dev");
  expect(await (await world.me({ authorization: `Bearer ${boss.access_token}` })).text()).toContain(
    '"isAdmin":true',
  );
  const left = await world.signIn("left@platz.dev");
  await world.db.$client`update users set is_active = false where email = 'left@platz.dev'`;
  const refused = await world.me({ authorization: `Bearer ${left.access_token}` });
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain("deactivated");
  expect(await world.signIn("left@platz.dev")).toMatchObject({
    status: 403,
    message: expect.stringContaining("deactivated"),
  });
});

test("an attempt runs out after ten minutes", async () => {
  await world.listUsers([person("ada")]);
  const { redirectUrl, cookie } = await world.begin();
  const [row] = await world.db.$client`select max(expires_at - created_at) as life from sign_in_attempts`;
  expect(row?.["life"]).toMatch(/^00:(09:59|10:00)/);
  await world.db.$client`update sign_in_attempts set expires_at = now() - interval '1 second'`;
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  expect(await world.finish(answer, cookie)).toMatchObject({ status: 401 });
});

test("neither state nor browser secret is stored as it is", async () => {
  const { redirectUrl, cookie } = await world.begin();
  const stored = JSON.stringify(await world.db.$client`select * from sign_in_attempts`);
  expect(stored).not.toContain(new URL(redirectUrl).searchParams.get("state") ?? "");
  expect(stored).not.toContain(cookie.split("=")[1] ?? "");
});

test("a program signs in by procedures, and chooses no address to be sent to", async () => {
  await world.listUsers([person("ada")]);
  const call = async (name: string, input: unknown) => {
    const response = await fetch(world.address(`/trpc/${name}`), {
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
  const { redirectUrl, cookie } = await world.begin();
  const answer = await signInThroughProvider({ redirectUrl, email: "ada@platz.dev" });
  const { access_token: token } = await world.finish(answer, cookie);
  await world.finish(answer, cookie);
  await world.me({ authorization: `Bearer ${token}` });
  const [key] = await world.db.$client`select sealed_key from signing_keys`;
  expect(key?.["sealed_key"]).toBeString();
  const text = world.lines.join("");
  expect(text).toContain("a sign-in was refused");
  for (const secret of [
    token,
    answer.code,
    answer.state,
    cookie.split("=")[1],
    CLIENT_SECRET,
    key?.["sealed_key"],
  ]) {
    expect(text).not.toContain(secret);
  }
});
