import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createEgress, type EgressRequest } from "./create-egress.ts";
import { answering } from "./testing/answering.ts";
import { failure } from "./testing/failure.ts";
import { type TestServer, testServer } from "./testing/test-server.ts";

let server: TestServer;
/** A host that resolves to the test's server, which may be called there. */
const local = { lookup: async () => ["127.0.0.1"], allow: ["127.0.0.1"] };
const url = (path: string, host = "app.example.com") => `http://${host}:${server.port}${path}`;

beforeAll(async () => {
  server = await testServer(answering);
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, more: Partial<EgressRequest> = {}) =>
  createEgress(local).request({ method: "GET", url: url(path), timeoutMs: 5_000, ...more });

describe("a call", () => {
  test("arrives as it was made, under the name that was asked for, and its answer comes back", async () => {
    const answer = await get("/echo?a=b%20c", {
      method: "POST",
      body: '{"name":"é"}',
      headers: { "Content-Type": "application/json", Authorization: "Bearer t", Host: "evil.example.com" },
    });
    expect([answer.status, answer.headers["x-answer"]]).toEqual([200, "yes"]);
    const seen = JSON.parse(answer.text);
    expect(seen).toMatchObject({ method: "POST", path: "/echo?a=b%20c", body: '{"name":"é"}' });
    expect(seen.headers).toMatchObject({
      host: `app.example.com:${server.port}`,
      "content-type": "application/json",
      authorization: "Bearer t",
      "content-length": "13",
    });
    expect(new TextDecoder().decode(answer.bytes)).toBe(answer.text);
  });

  test("with a status that says no is an answer too", async () => {
    expect(await get("/failing")).toMatchObject({ status: 500, text: "internal" });
    expect((await get("/absent")).status).toBe(404);
  });

  test("that must not be framed by its caller is not", async () => {
    await expect(get("/echo", { headers: { "x-a": "b\r\nx-c: d" } })).rejects.toThrow();
    const seen = await get("/echo", { method: "POST", body: "abc", headers: { "Content-Length": "1" } });
    expect(JSON.parse(seen.text).body).toBe("abc");
  });

  test("does not go through a proxy that the environment names", async () => {
    process.env["http_proxy"] = "http://127.0.0.1:1";
    try {
      expect((await get("/echo")).status).toBe(200);
    } finally {
      delete process.env["http_proxy"];
    }
  });
});

describe("what may not be called", () => {
  test.each([
    "http://127.0.0.1/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://10.96.0.1/",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://127.0.0.1:6379/_x",
    "http://user:hunter2@example.com/",
    "not a url",
    "",
  ])("%s is refused without a connection", async (address) => {
    const [kind, message] = await failure(
      createEgress().request({ method: "GET", url: address, timeoutMs: 2_000 }),
    );
    expect([kind, message]).toEqual(["blocked", expect.stringMatching(/may (not )?be called\.$/)]);
    expect(message).not.toMatch(/hunter2/);
  });

  test("a public name that resolves to an inner address is refused, and its address is not told", async () => {
    const egress = createEgress({ lookup: async () => ["10.0.0.7", "169.254.169.254"] });
    const [kind, message] = await failure(
      egress.request({ method: "GET", url: "https://evil.example.com/" }),
    );
    expect([kind, message]).toEqual(["blocked", "evil.example.com is in a network that may not be called."]);
  });

  test("a name is resolved once, so one that changes its mind does not get further", async () => {
    const asked: string[] = [];
    const egress = createEgress({
      allow: ["127.0.0.1"],
      lookup: async (name) => {
        asked.push(name);
        return asked.length === 1 ? ["127.0.0.1"] : ["127.0.0.2"];
      },
    });
    expect((await egress.request({ method: "GET", url: url("/echo") })).status).toBe(200);
    expect(asked).toEqual(["app.example.com"]);
  });

  test("of several addresses only permitted ones are used", async () => {
    const egress = createEgress({ allow: ["127.0.0.1"], lookup: async () => ["127.0.0.9", "127.0.0.1"] });
    expect((await egress.request({ method: "GET", url: url("/echo") })).status).toBe(200);
  });

  test("a redirect to the metadata address is refused, not followed", async () => {
    expect(await failure(get("/redirect"))).toEqual([
      "redirect",
      "app.example.com answered with a redirect, and redirects are not followed.",
    ]);
  });
});

describe("limits", () => {
  test.each(["/large", "/announced"])("an answer of 10 MB is cut at the limit: %s", async (path) => {
    const [kind, message] = await failure(get(path, { maxBytes: 100_000 }));
    expect([kind, message]).toEqual([
      "too-large",
      "The answer of app.example.com is larger than the limit of 100000 bytes.",
    ]);
  });

  test("an answer just within the limit is whole", async () => {
    expect((await get("/large", { maxBytes: 160 * 64 * 1024 })).bytes.length).toBe(160 * 64 * 1024);
  });

  test("a compressed answer is not expanded", async () => {
    expect((await get("/gzip", { maxBytes: 100_000 })).bytes.length).toBeLessThan(10_000);
  });

  test.each(["/never", "/stalls"])("a server that does not come to an end is timed out: %s", async (path) => {
    expect(await failure(get(path, { timeoutMs: 200 }))).toEqual([
      "timeout",
      "app.example.com did not answer within 0.2 s.",
    ]);
  });

  test("a resolver that never answers is timed out too", async () => {
    const egress = createEgress({ lookup: () => new Promise(() => undefined) });
    expect((await failure(egress.request({ method: "GET", url: url("/"), timeoutMs: 100 })))[0]).toBe(
      "timeout",
    );
  });

  test("the caller's own abort is passed on as it is", async () => {
    const reason = new Error("shutting down");
    const stop = new AbortController();
    const running = get("/never", { signal: stop.signal });
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(get("/echo", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test("a server that is away, hangs up, or has no name is unreachable", async () => {
  expect(await failure(get("/broken"))).toEqual(["unreachable", "app.example.com cannot be reached."]);
  const gone = await testServer(() => undefined);
  await gone[Symbol.asyncDispose]();
  const away = createEgress(local).request({ method: "GET", url: `http://app.example.com:${gone.port}/` });
  expect(await failure(away)).toEqual(["unreachable", "app.example.com cannot be reached."]);
  const nameless = createEgress().request({
    method: "GET",
    url: "http://nothing.invalid/",
    timeoutMs: 5_000,
  });
  expect((await failure(nameless))[0]).toBe("unreachable");
});
