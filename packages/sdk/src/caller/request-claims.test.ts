import { afterEach, expect, setSystemTime, test } from "bun:test";
import { audience, deploymentId, platzStub, platzUrl } from "../testing/platz-stub.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import { createVerifier } from "./create-verifier.ts";
import { seenTokens } from "./seen-tokens.ts";

afterEach(() => void setSystemTime());

/** Lets time pass for everybody. */
const pass = (ms: number) => setSystemTime(Date.now() + ms);

const verifierOf = ({ fetch }: ReturnType<typeof platzStub>) =>
  createVerifier({ platzUrl, audience, deploymentId, fetch });

const authorized = (token: string, path = "/x", init: RequestInit = {}) =>
  new Request(`${audience}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });

const tokenOf = (request: Request) => request.headers.get("authorization")?.replace("Bearer ", "") ?? "";

test("a token is good for the method, path, query and body that it was made for, and for no other", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz);
  const post = { method: "POST", body: '{"speed":3}' };
  const made = await platz.request("/platz/actions/stir?pot=1", { method: "POST", text: post.body });
  const token = tokenOf(made);
  const others: readonly (readonly [string, RequestInit, string])[] = [
    ["/platz/actions/stir?pot=1", { ...post, method: "PUT" }, "another method"],
    ["/platz/actions/empty?pot=1", post, "another path"],
    ["/platz/actions/stir?pot=2", post, "another path"],
    ["/platz/actions/stir", post, "another path"],
    ["/platz/actions/stir?pot=1", { ...post, body: '{"speed":9}' }, "another body"],
    ["/platz/actions/stir?pot=1", { method: "POST" }, "another body"],
  ];
  for (const [path, init, reason] of others) {
    const { status, message } = await refusalOf(verify(authorized(token, path, init)));
    expect([status, message]).toEqual([401, expect.stringContaining(reason)]);
  }
  // What was refused has not used the token up.
  expect(await verify(made)).toMatchObject({ deploymentId });
  expect(await made.text()).toBe(post.body);
});

test("the token of a status question, read in a log, sends no action", async () => {
  const platz = platzStub();
  const token = tokenOf(await platz.request("/platz/status"));
  const { status } = await refusalOf(
    verifierOf(platz)(authorized(token, "/platz/actions/empty", { method: "POST" })),
  );
  expect(status).toBe(401);
});

test("a request is let in once: its token is refused when it comes again", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz);
  const token = tokenOf(await platz.request("/x"));
  const [first, second] = await Promise.allSettled([verify(authorized(token)), verify(authorized(token))]);
  expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
  expect((await refusalOf(verify(authorized(token)))).message).toContain("used before");
  pass(329_000);
  expect((await refusalOf(verify(authorized(token)))).status).toBe(401);
});

test("a request that is checked twice on its way through the application is one request", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz);
  const request = await platz.request("/x");
  expect(await verify(request)).toEqual(await verify(request));
});

test("a Platz that publishes its claims is not believed without each of them, and an older one is", async () => {
  const iat = Math.floor(Date.now() / 1000);
  const claims = () => ({
    iss: platzUrl,
    aud: audience,
    sub: deploymentId,
    jti: crypto.randomUUID(),
    iat,
    exp: iat + 300,
  });
  const older = platzStub({ publishesClaims: false });
  const verifyOlder = verifierOf(older);
  expect(await verifyOlder(authorized(await older.signClaims(claims())))).toMatchObject({ deploymentId });
  const wrong = await older.signClaims({ ...claims(), method: "POST" });
  expect((await refusalOf(verifyOlder(authorized(wrong)))).message).toContain("another method");
  const platz = platzStub();
  const verify = verifierOf(platz);
  const digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
  const whole = { method: "POST", target: "/x", body_sha256: digest };
  const post = { method: "POST" };
  expect(
    await verify(authorized(await platz.signClaims({ ...claims(), ...whole }), "/x", post)),
  ).toMatchObject({ deploymentId });
  for (const name of Object.keys(whole)) {
    const token = await platz.signClaims({ ...claims(), ...whole, [name]: undefined });
    expect((await refusalOf(verify(authorized(token, "/x", post)))).status).toBe(401);
  }
});

test("a token for several addresses, or for longer than five minutes, is none of Platz", async () => {
  const platz = platzStub();
  const verify = verifierOf(platz);
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: platzUrl, aud: audience, sub: deploymentId, iat, exp: iat + 300 };
  const wrong = [
    { aud: [audience, "https://other.apps.example.com"] },
    { aud: [audience] },
    { exp: iat + 301 },
    { exp: iat + 365 * 86_400 },
  ];
  for (const change of wrong) {
    const token = await platz.signClaims({ ...claims, jti: crypto.randomUUID(), ...change });
    expect((await refusalOf(verify(authorized(token)))).status).toBe(401);
  }
});

test("tokens that were used are remembered until they end, and so many at most", () => {
  let at = 0;
  const seen = seenTokens(() => new Date(at), 3);
  const until = new Date(1000);
  for (const id of ["a", "b", "c"]) expect(seen.use(id, until)).toBe(true);
  for (const id of ["a", "b", "c"]) expect(seen.use(id, until)).toBe(false);
  expect(seen.use("d", until)).toBe(true);
  expect(seen.use("e", until)).toBe(true);
  expect([seen.use("d", until), seen.use("e", until)]).toEqual([false, false]);
  at = 1000;
  expect(seen.use("e", new Date(2000))).toBe(true);
});
