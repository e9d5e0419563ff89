import { expect, test } from "bun:test";
import { CallersAtOnce } from "@platz/api";
import { Unauthenticated } from "@platz/domain";
import { createLogger, createMetrics } from "@platz/telemetry";
import { type FetchHandler, frontDoor } from "./front-door.ts";
import { listen } from "./listen.ts";
import { rawRequest } from "./testing/raw-request.ts";

function door(inside: FetchHandler, stopping = new AbortController().signal) {
  const metrics = createMetrics();
  const lines: string[] = [];
  const log = createLogger({
    name: "api",
    level: "info",
    destination: { write: (line) => lines.push(line) },
  });
  const draining = stopping;
  return {
    handler: frontDoor(inside, {
      log,
      metrics,
      draining,
      stopping,
      trustedProxies: [],
      atOnce: new CallersAtOnce(),
      identify: () => Promise.reject(new Unauthenticated("Nobody is known here.")),
    }),
    metrics,
    lines,
  };
}

test("streams end when the process stops, and other requests do not", async () => {
  const stop = new AbortController();
  const signals: AbortSignal[] = [];
  const { handler } = door((request) => {
    signals.push(request.signal);
    return new Response("ok");
  }, stop.signal);
  await handler(new Request("http://localhost/trpc/x", { headers: { accept: "text/event-stream" } }));
  await handler(new Request("http://localhost/trpc/x"));
  stop.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});

test("what throws inside is an answer without its words, and a line in the log with them", async () => {
  const { handler, lines } = door(() => {
    throw new Error("select from nowhere");
  });
  const response = await handler(new Request("http://localhost/status"));
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(JSON.parse(text)).toEqual({ message: "internal error" });
  expect(lines.join("")).toContain("select from nowhere");
  expect(lines.join("")).toContain(response.headers.get("x-request-id") ?? "no id");
});

test("body, method, headers and query reach the inside as they were sent", async () => {
  const { handler } = door(async (request) =>
    Response.json([
      request.method,
      new URL(request.url).search,
      request.headers.get("x-one"),
      await request.text(),
    ]),
  );
  const request = new Request("http://x/trpc/a?b=%20c", {
    method: "POST",
    headers: { "x-one": "1" },
    body: "péz",
  });
  expect(await (await handler(request)).json()).toEqual(["POST", "?b=%20c", "1", "péz"]);
});

test.each(["[", "a b", "x:abc", "", "x@y/z?q"])(
  "a request whose Host is %j is answered by us, with an id, a line in the log and a figure, and without our insides",
  async (host) => {
    const { handler, lines, metrics } = door(() => new Response("ok"));
    await using server = listen(handler, { host: "127.0.0.1", port: 0, graceMs: 0 });
    const text = await rawRequest(
      server.port,
      `GET /status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toStartWith("HTTP/1.1 400");
    expect(text).not.toMatch(/<html|\.ts|node_modules|at /i);
    const id = /x-request-id: ([0-9a-f-]{36})/i.exec(text)?.[1];
    expect(text).toContain('{"message":"The Host header of this request is no host name');
    expect(lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === id)).toHaveLength(1);
    expect((await metrics.expose()).body).toContain('_count{method="GET",route="other",status="400"} 1');
  },
);

test("what proxies say of their callers is told of once when no proxy is trusted", async () => {
  const { handler, lines } = door(() => new Response("ok"));
  const headers = { "x-forwarded-for": "203.0.113.9" };
  for (const _ of [1, 2, 3]) await handler(new Request("http://localhost/status", { headers }));
  expect(lines.filter((line) => line.includes("API_TRUSTED_PROXIES"))).toHaveLength(1);
});
