import { expect, test } from "bun:test";
import { createLogger, createMetrics } from "@platz/telemetry";
import { type FetchHandler, frontDoor } from "./front-door.ts";

function door(inside: FetchHandler, stopping = new AbortController().signal) {
  const lines: string[] = [];
  const log = createLogger({
    name: "api",
    level: "info",
    destination: { write: (line) => lines.push(line) },
  });
  const draining = stopping;
  return {
    handler: frontDoor(inside, { log, metrics: createMetrics(), draining, stopping, trustedProxies: [] }),
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
