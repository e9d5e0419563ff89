import { afterAll, beforeAll, expect, test } from "bun:test";
import { createClient } from "@platz/client";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createUserToken } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { sleep } from "@platz/worker";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let db: TestDatabase;
let world: TestWorld;
let token: string;
let api: TestApi;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  await world.installed();
  const wanted = { name: "metrics", expiresAt: null, readOnly: false, envIds: null };
  token = (await createUserToken(world.siteAdmin, wanted)).token;
  api = await startTestApi(db);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const scrape = async () => await (await fetch(`${api.url}/metrics`)).text();
const call = (path: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
  fetch(`${api.url}/trpc/${path}`, { headers });

/** The value of one line, undefined when there is no such line. */
async function figure(series: string): Promise<number | undefined> {
  const line = (await scrape()).split("\n").find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

async function until(series: string, value: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await figure(series)) !== value) {
    if (Date.now() > deadline) throw new Error(`${series} is ${await figure(series)}, not ${value}`);
    await sleep(20);
  }
}

test("each procedure shows how often it was called, how it ended and how long it took", async () => {
  await call("me.get,me.get?batch=1&input={}");
  await call("me.get", {});
  await call(`envs.get?input=${encodeURIComponent('{"id":"x"}')}`);
  const calls = (procedure: string, outcome: string) =>
    figure(`platz_procedure_calls_total{procedure="${procedure}",outcome="${outcome}"}`);
  expect(await calls("me.get", "ok")).toBe(2);
  expect(await calls("me.get", "unauthenticated")).toBe(1);
  expect(await calls("envs.get", "invalid")).toBe(1);
  expect(await figure('platz_procedure_duration_seconds_count{procedure="me.get"}')).toBe(3);
  expect(await figure('platz_procedure_duration_seconds_bucket{le="10",procedure="me.get"}')).toBe(3);
});

test("a failure of ours counts as internal", async () => {
  await db.$client.unsafe("alter table deployment_kinds rename to elsewhere");
  await call("kinds.list");
  await db.$client.unsafe("alter table elsewhere rename to deployment_kinds");
  const series = 'platz_procedure_calls_total{procedure="kinds.list",outcome="internal"}';
  expect(await figure(series)).toBe(1);
});

test("what callers make up makes no new series", async () => {
  await scrape();
  const seriesCount = async () => (await scrape()).split("\n").filter((line) => line !== "").length;
  await Promise.all([call("made.up0"), fetch(`${api.url}/made-up0`), fetch(api.url, { method: "DELETE" })]);
  const before = await seriesCount();
  for (let i = 1; i < 20; i += 1) {
    await Promise.all([
      call(`made.up${i}`),
      fetch(`${api.url}/made-up${i}`),
      fetch(api.url, { method: ["PATCH", "PUT"][i % 2] ?? "" }),
    ]);
  }
  expect(await seriesCount()).toBe(before);
});

test("the pool, the change feed and the open streams are shown as they are now", async () => {
  await until("platz_change_feed_listening", 1);
  expect(await figure("platz_db_pool_connections")).toBeGreaterThan(0);
  expect(await figure("platz_db_pool_get_direct")).toBeGreaterThan(0);
  const streams = createClient({ url: api.url, token });
  const first = Promise.withResolvers<void>();
  const stream = streams.events.changes.subscribe({}, { onData: () => first.resolve() });
  await first.promise;
  await until("platz_event_streams", 1);
  stream.unsubscribe();
  await until("platz_event_streams", 0);
});

test("strangers are not told which kinds and clusters there are, and whoever reads the port for machines is", async () => {
  const open = await scrape();
  expect(open).toContain('platz_deployment_status_counter{deployment_status="Running"} 1');
  expect(open).not.toMatch(/deployment_kind|cluster_name/);
  await using apart = await startTestApi(db, { PLATZ_HTTP_PORT: "0" });
  expect((await fetch(`${apart.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${apart.url}/status`)).status).toBe(200);
  const machines = `http://127.0.0.1:${apart.figuresPort}`;
  const told = await (await fetch(`${machines}/metrics`)).text();
  const labels = `deployment_kind="${world.kind.name}",cluster_name="${world.cluster.name}",deployment_status="Running"`;
  expect(told).toContain(`platz_deployment_status_counter{${labels}} 1`);
  // Whether it is ready yet is another question.
  expect(await (await fetch(`${machines}/ready`)).json()).toHaveProperty("ready");
  for (const path of ["/trpc/server.info", "/auth/login", "/audit/export", "/.well-known/jwks.json"]) {
    expect((await fetch(machines + path)).status).toBe(404);
  }
});
