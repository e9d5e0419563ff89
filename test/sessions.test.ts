import { afterAll, beforeAll, expect, test } from "bun:test";
import { signInThroughProvider } from "../scripts/local-stack/oidc/sign-in.ts";
import { createSignInWorld, ownUrl } from "./testing/sign-in-world.ts";

let world: Awaited<ReturnType<typeof createSignInWorld>>;
beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Signs in as a browser does, and gives the cookie of its session. */
async function browse(email: string): Promise<string> {
  const { redirectUrl, cookie } = await world.begin();
  const { code, state } = await signInThroughProvider({ redirectUrl, email });
  const query = new URLSearchParams({ code, state });
  const headers = { cookie, "user-agent": "Test Browser" };
  const response = await fetch(world.address(`/auth/google/callback?${query}`), { headers });
  expect(response.status).toBe(200);
  const header = response.headers.get("set-cookie") ?? "";
  expect(header).toMatch(/^platz_session=platz_[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  expect(await response.text()).not.toContain(header.split(";")[0]?.slice("platz_session=".length) ?? "");
  return header.split(";")[0] ?? "";
}

const post = (path: string, headers: Record<string, string>, body?: unknown) =>
  fetch(world.address(path), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test("a browser is signed in by a cookie that works from our own pages alone", async () => {
  const cookie = await browse("ada@platz.dev");
  expect(await (await world.me({ cookie })).text()).toContain("ada@platz.dev");
  expect((await world.me({ cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);
  const forged = await post("/trpc/sessions.revokeOthers", { cookie, origin: "https://evil.example.com" });
  expect(forged.status).toBe(403);
  expect((await post("/trpc/sessions.revokeOthers", { cookie, origin: ownUrl })).status).toBe(200);
});

test("a person sees where they are signed in, and signs out there or here at once", async () => {
  const [here, there] = [await browse("ada@platz.dev"), await browse("ada@platz.dev")];
  const listed = await fetch(world.address("/trpc/sessions.list"), { headers: { cookie: here } });
  const { result } = (await listed.json()) as { result: { data: { items: Record<string, unknown>[] } } };
  const { items } = result.data;
  expect(items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
  expect(items[0]).toMatchObject({ kind: "browser", address: "127.0.0.1", userAgent: "Test Browser" });
  const other = items.find(({ isCurrent }) => !isCurrent);
  const revoke = await post("/trpc/sessions.revoke", { cookie: here, origin: ownUrl }, { id: other?.["id"] });
  expect(revoke.status).toBe(200);
  expect((await world.me({ cookie: there })).status).toBe(401);
  const out = await post("/auth/logout", { cookie: here, origin: ownUrl });
  expect(out.status).toBe(204);
  expect(out.headers.get("set-cookie")).toContain("platz_session=; ");
  expect((await world.me({ cookie: here })).status).toBe(401);
  expect((await post("/auth/logout", { cookie: here, origin: ownUrl })).status).toBe(204);
});

/** What the audit log says of an address of somebody, oldest first. */
async function entriesOf(where: Partial<Record<"action" | "outcome" | "actor", string>>) {
  const rows = await world.db.$client`
    select actor_label, action, entity, entity_label, address, request_id, reason, count from audit_log
    where (${where.action ?? null}::text is null or action = ${where.action ?? null})
      and (${where.outcome ?? null}::text is null or outcome = ${where.outcome ?? null})
      and (${where.actor ?? null}::text is null or actor_label = ${where.actor ?? null}) order by seq`;
  return rows.map((row) => ({ ...row }));
}

test("a first sign-in stands in the audit log with all that it makes: account, identity and session", async () => {
  await browse("grace@platz.dev");
  const entries = await entriesOf({ actor: "Person grace <grace@platz.dev>" });
  expect(entries.map(({ entity }) => entity)).toEqual(["users", "user_identities", "sessions"]);
  expect(entries.at(-1)).toMatchObject({
    action: "signIn.finish",
    entity_label: "Test Browser",
    address: "127.0.0.1",
    request_id: expect.stringMatching(/./),
  });
  await browse("grace@platz.dev");
  expect((await entriesOf({ actor: "Person grace <grace@platz.dev>" })).map(({ entity }) => entity)).toEqual([
    ...["users", "user_identities", "sessions"],
    "sessions",
  ]);
});

test("signing out stands in the audit log as what it is, with the request and from where", async () => {
  const cookie = await browse("heidi@platz.dev");
  expect((await post("/auth/logout", { cookie, origin: ownUrl })).status).toBe(204);
  const [entry] = await entriesOf({ action: "auth.logout" }).then((all) => all.slice(-1));
  expect(entry).toMatchObject({
    actor_label: "Person heidi <heidi@platz.dev>",
    entity: "sessions",
    address: "127.0.0.1",
    request_id: expect.stringMatching(/./),
  });
});

test("a refused sign-in stands in the audit log with the reason, and equal ones are one entry with a count", async () => {
  const text = async (query: string) =>
    await (await fetch(world.address(`/auth/google/callback?${query}`))).text();
  for (const _ of [1, 2, 3]) expect(await text("error=access_denied&state=s")).toContain("(access_denied)");
  expect(await text("error=%3Cscript%3E&error_description=hunter2")).not.toMatch(/script|hunter2/);
  expect(await text("code=c&state=s")).toContain("begun in another browser");
  const { redirectUrl, cookie } = await world.begin();
  await world.db.$client`update users set is_active = false where email = 'heidi@platz.dev'`;
  const back = await signInThroughProvider({ redirectUrl, email: "heidi@platz.dev" });
  const query = new URLSearchParams({ code: back.code, state: back.state });
  const refused = await fetch(world.address(`/auth/google/callback?${query}`), { headers: { cookie } });
  expect(refused.status).toBe(403);
  const entries = await entriesOf({ action: "signIn.finish", outcome: "Denied" });
  const nobody = { actor_label: "somebody who was not signed in", address: "127.0.0.1" };
  expect(entries).toMatchObject([
    { ...nobody, count: 3, reason: expect.stringContaining("(access_denied)") },
    { ...nobody, count: 1, reason: "The sign-in provider did not let you in: sign in again." },
    { ...nobody, count: 1, reason: expect.stringContaining("begun in another browser") },
    { actor_label: "Person heidi <heidi@platz.dev>", reason: expect.stringContaining("deactivated") },
  ]);
});

test("an API token makes no tokens and sees no sessions, and a read-only one changes nothing", async () => {
  const { access_token: session } = await world.signIn("boss@platz.dev");
  const make = async (input: object) => {
    const response = await post("/trpc/userTokens.create", { authorization: `Bearer ${session}` }, input);
    const { result } = (await response.json()) as { result: { data: { token: string } } };
    return { authorization: `Bearer ${result.data.token}` };
  };
  const whole = await make({ name: "whole" });
  const look = await make({ name: "look", readOnly: true });
  expect((await post("/trpc/userTokens.create", whole, { name: "child" })).status).toBe(403);
  expect((await fetch(world.address("/trpc/sessions.list"), { headers: whole })).status).toBe(403);
  expect((await post("/trpc/envs.create", look, { name: "by-look" })).status).toBe(403);
  expect((await fetch(world.address("/trpc/envs.list"), { headers: look })).status).toBe(200);
  expect((await post("/trpc/envs.create", whole, { name: "by-whole" })).status).toBe(200);
});

test("sign-ins from one address are limited, behind a proxy by the address that it tells", async () => {
  await using behindProxy = await world.startAnother({ API_TRUSTED_PROXIES: "127.0.0.0/8" });
  const login = (from: string) =>
    fetch(`http://127.0.0.1:${behindProxy.port}/auth/login`, {
      redirect: "manual",
      headers: { accept: "application/json", "x-forwarded-for": `198.51.100.1, ${from}` },
    });
  for (let count = 0; count < 120; count += 1) expect((await login("203.0.113.9")).status).toBe(302);
  const refused = await login("203.0.113.9");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61);
  expect((await login("203.0.113.10")).status).toBe(302);
});

test("the keys by which applications recognise our requests are published to everybody", async () => {
  const response = await fetch(world.address("/.well-known/jwks.json"));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    keys: [],
    platz_request_claims: ["method", "target", "body_sha256"],
  });
});
