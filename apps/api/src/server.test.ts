import { expect, test } from "bun:test";
import { CallersAtOnce } from "@platz/api";
import { BATCH_CALLS_MAX, Forbidden, Unavailable } from "@platz/domain";
import { createLogger, createMetrics } from "@platz/telemetry";
import { createServer, type ServerDependencies } from "./server.ts";

const absent = () => Promise.reject(new Error("not part of this test: hunter2"));

function serve(changes: Partial<ServerDependencies> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    name: "api",
    level: "debug",
    destination: { write: (line) => lines.push(line) },
  });
  const signIn = { begin: absent, finish: absent };
  const { fetch } = createServer({
    log,
    metrics: createMetrics(),
    readiness: async () => [],
    signIn,
    ownUrl: new URL("https://platz.dev"),
    draining: new AbortController().signal,
    stopping: new AbortController().signal,
    trustedProxies: [],
    figuresAreApart: false,
    publishedKeys: absent,
    context: {
      // Nothing here reaches a verb.
      metrics: createMetrics(),
      atOnce: new CallersAtOnce(),
      feed: {} as ServerDependencies["context"]["feed"],
      noteChange: () => {},
      callers: {} as ServerDependencies["context"]["callers"],
      stopping: new AbortController().signal,
      services: {} as ServerDependencies["context"]["services"],
      identity: {} as ServerDependencies["context"]["identity"],
      signIn,
      redirectUri: "https://platz.dev/auth/google/callback",
      ownUrl: new URL("https://platz.dev"),
      version: "1.2.3",
    },
    ...changes,
  });
  return {
    get: (path: string, init?: RequestInit) => fetch(new Request(`http://localhost${path}`, init)),
    fetch,
    lines,
  };
}

test("the process says that it lives, without asking anything else", async () => {
  const response = await serve({ readiness: absent }).get("/status");
  expect(response.status).toBe(200);
  expect(await response.json()).toBe("ok");
});

test("it is ready when nothing is missing, and otherwise says what is", async () => {
  expect((await serve().get("/ready")).status).toBe(200);
  const response = await serve({ readiness: async () => ["The database cannot be reached."] }).get("/ready");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    ready: false,
    missing: ["The database cannot be reached."],
    message: "The database cannot be reached.",
  });
});

test("metrics count requests by route, never by what a caller typed", async () => {
  const { get } = serve();
  await get("/status");
  await get("/secret-path-of-a-caller");
  await get("/status", { method: "DELETE" });
  const body = await (await get("/metrics")).text();
  expect(body).toContain(
    'platz_http_request_duration_seconds_count{method="GET",route="/status",status="200"} 1',
  );
  expect(body).toContain('_count{method="GET",route="other",status="404"} 1');
  expect(body).toContain('_count{method="other",route="/status",status="404"} 1');
  expect(body).not.toContain("secret-path-of-a-caller");
});

test("a procedure answers, and one that needs a caller refuses nobody by name", async () => {
  const { get } = serve();
  const info = await get("/trpc/server.info");
  expect(await info.json()).toEqual({ result: { data: { version: "1.2.3" } } });
  const refused = await get("/trpc/me.get");
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain("You are not signed in");
});

test("both headers are looked at, and a malformed credential is refused without being repeated", async () => {
  const { get, lines } = serve();
  for (const headers of [{ "x-platz-token": "hunter2" }, { authorization: "Bearer hunter2" }]) {
    const response = await get("/trpc/me.get", { headers });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("hunter2");
  }
  expect(lines.join("")).not.toContain("hunter2");
});

test("paths are found whatever the host name", async () => {
  const { fetch } = serve();
  for (const host of ["x", "localhost:3000", "platz.example.com", "[::1]:3000"]) {
    expect((await fetch(new Request(`http://${host}/status`))).status).toBe(200);
  }
});

test("what is not there is 404 with a message", async () => {
  const response = await serve().get("/nothing?token=hunter2");
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: "There is nothing at GET /nothing." });
});

test("a body above 2 MiB is refused to everybody, whether its length is declared or not", async () => {
  const { get } = serve();
  const body = "x".repeat(2 * 1024 * 1024 + 1);
  const declared = await get("/trpc/envs.create", { method: "POST", body });
  expect(declared.status).toBe(413);
  expect(await declared.json()).toEqual({
    message: "The request is too large: send at most 2097152 bytes.",
  });
});

test("a stranger may send a public procedure 16 KiB, and gets 401 of any other, however much comes", async () => {
  const { get } = serve();
  const post = (path: string, text: string, type = "application/json") =>
    get(path, { method: "POST", body: text, headers: { "content-type": type } });
  const input = JSON.stringify({ redirectUri: "x".repeat(16 * 1024) });
  expect((await post("/trpc/signIn.start", input)).status).toBe(413);
  expect((await post("/trpc/signIn.start,server.info?batch=1", input)).status).toBe(413);
  expect((await post("/auth/logout", input)).status).toBe(413);
  const refused = await post("/trpc/envs.create", input);
  expect(refused.status).toBe(401);
  // In the form in which clients expect what a procedure says.
  expect(await refused.json()).toMatchObject({ error: { data: { kind: "unauthenticated" } } });
});

test("2 MiB of a stranger cost next to nothing, however deep or wide they are, and are never a failure of ours", async () => {
  const { get } = serve();
  const million = 1024 * 1024 - 100;
  const zeros = `[${Array.from({ length: million - 100 }, () => "0").join(",")}]`;
  const bodies = {
    flat: zeros,
    "inside of sixty": `${"[".repeat(60)}${zeros}${"]".repeat(60)}`,
    deep: `${"[".repeat(million)}${"]".repeat(million)}`,
    "a long text": `{"redirectUri":"${"a".repeat(2 * million)}"}`,
    "no JSON": "{".repeat(2 * million),
  };
  for (const [name, body] of Object.entries(bodies)) {
    for (const path of ["/trpc/signIn.start", "/trpc/envs.create", "/trpc/none", "/auth/logout", "/status"]) {
      const before = process.cpuUsage();
      const headers = { "content-type": "application/json", "x-platz-token": "made-up" };
      const { status } = await get(path, { method: "POST", body, headers });
      const { user, system } = process.cpuUsage(before);
      const what = `${name} at ${path}: ${status}`;
      expect([what, status >= 400 && status < 500]).toEqual([what, true]);
      expect([what, (user + system) / 1000 < 150]).toEqual([what, true]);
    }
  }
}, 30_000);

test("one request may hold so many calls as the client puts into one, and no more", async () => {
  const { get } = serve();
  const batch = (count: number) =>
    get(`/trpc/${Array.from({ length: count }, () => "server.info").join(",")}?batch=1&input={}`);
  expect((await batch(BATCH_CALLS_MAX)).status).toBe(200);
  const refused = await batch(BATCH_CALLS_MAX + 1);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain(`Send at most ${BATCH_CALLS_MAX} calls in one request.`);
});

test.each([
  "application/octet-stream",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "text/plain",
  undefined,
])("a body of type %s is refused with what to send, and tells nothing of the inside", async (type) => {
  const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
  const body = new TextEncoder().encode("--x--");
  for (const path of ["/trpc/signIn.start", "/trpc/envs.create"]) {
    const response = await serve().get(path, { method: "POST", headers, body });
    expect(response.status).toBe(415);
    expect(await response.json()).toEqual({
      message: "Procedures take JSON: send the header content-type: application/json.",
    });
  }
});

test("every answer has an id of ours, whatever the caller says, and is not kept by caches", async () => {
  const { get, lines } = serve();
  const response = await get("/status", { headers: { "x-request-id": "ceo-approved-this" } });
  const id = response.headers.get("x-request-id");
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    requestId: id,
    callerRequestId: "ceo-approved-this",
  });
  await get("/status", { headers: { "x-request-id": "a b" } });
  await get("/status", { headers: { "x-request-id": "x".repeat(101) } });
  expect(lines.slice(1).join("")).not.toContain("callerRequestId");
  expect((await get("/nothing")).headers.get("cache-control")).toBe("no-store");
});

test("signing in ends on a page that loads nothing, or in JSON for programs", async () => {
  const user = { displayName: "<b>Ada</b>", email: "a@platz.dev", id: crypto.randomUUID() };
  const finish = async () => ({ token: "the-token", expiresAt: new Date(0), user }) as never;
  const { get } = serve({ signIn: { begin: absent, finish } });
  const html = await get("/auth/google/callback?code=c&state=s");
  expect(html.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await html.text();
  expect(text).toContain("You are signed in as");
  expect(text).not.toContain("<b>");
  expect(text).not.toContain("the-token");
  const json = await get("/auth/google/callback?code=c&state=s", { headers: { accept: "application/json" } });
  expect(await json.json()).toMatchObject({
    access_token: "the-token",
    expires_at: "1970-01-01T00:00:00.000Z",
  });
});

test("the browser's secret is kept from scripts and other sites, and from other hosts over https", async () => {
  const begin = async () => ({ redirectUrl: "https://id.platz.dev/auth?x", browserSecret: "the-secret" });
  const response = await serve({ signIn: { begin, finish: absent } }).get("/auth/login");
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe("https://id.platz.dev/auth?x");
  expect(response.headers.get("set-cookie")).toBe(
    "__Host-platz_sign_in=the-secret; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure",
  );
});

test("a refused sign-in says why, and an unexpected failure says nothing of itself", async () => {
  const failing = (error: Error) => ({ begin: absent, finish: () => Promise.reject(error) });
  const status = async (error: Error) => {
    const response = await serve({ signIn: failing(error) }).get("/auth/google/callback?code=c&state=s", {
      headers: { accept: "application/json" },
    });
    return [response.status, await response.json()];
  };
  expect(await status(new Forbidden("This account is deactivated."))).toEqual([
    403,
    { message: "This account is deactivated." },
  ]);
  expect(await status(new Unavailable("Try again."))).toEqual([503, { message: "Try again." }]);
  expect(await status(new Error("select hunter2"))).toEqual([500, { message: "internal error" }]);
});
