import { afterAll, beforeAll, expect, test } from "bun:test";
import { createClient } from "@platz/client";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createUserToken } from "@platz/services";
import { createTestWorld } from "@platz/services/testing";
import { sleep } from "@platz/worker";
import { createReadiness } from "./readiness.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let db: TestDatabase;
let token: string;
beforeAll(async () => {
  db = await createTestDatabase();
  const world = await createTestWorld(db);
  const wanted = { name: "drain", expiresAt: null, readOnly: false, envIds: null };
  token = (await createUserToken(world.siteAdmin, wanted)).token;
});
afterAll(() => db[Symbol.asyncDispose]());

async function ready(api: TestApi): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await fetch(`${api.url}/ready`)).status !== 200) {
    if (Date.now() > deadline) throw new Error("it is not ready");
    await sleep(10);
  }
}

test("it is ready with a database, its schema and changes that arrive, and otherwise says which is missing", async () => {
  const draining = new AbortController();
  const feed = { isListening: false };
  const readiness = createReadiness({ db, feed, draining: draining.signal });
  expect(await readiness()).toEqual(["Changes of the database do not arrive."]);
  feed.isListening = true;
  expect(await readiness()).toEqual([]);
  await db.$client.unsafe("alter schema drizzle rename to elsewhere");
  expect(await readiness()).toEqual(["The database is not migrated yet."]);
  await db.$client.unsafe("alter schema elsewhere rename to drizzle");
  draining.abort();
  expect(await readiness()).toEqual(["The process is stopping."]);
});

test("whoever is asked to stop is not ready, answers as before, and keeps no connection", async () => {
  const asked = new AbortController();
  await using api = await startTestApi(db, {}, asked.signal);
  await ready(api);
  asked.abort();
  const response = await fetch(`${api.url}/ready`);
  expect([response.status, response.headers.get("connection")]).toEqual([503, "close"]);
  expect(await response.json()).toMatchObject({ missing: ["The process is stopping."] });
  const client = createClient({ url: api.url, token });
  expect((await client.me.get.query()).kind).toBe("User");
});

test("stopping says so first, then breaks off streams, and lets a request under way end", async () => {
  const api = await startTestApi(db, { API_DRAIN_DELAY: "300ms", API_SHUTDOWN_GRACE: "10s" });
  await ready(api);
  const stream = await fetch(`${api.url}/trpc/events.changes`, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${token}` },
  });
  const streamEnd = stream.text().then(
    () => performance.now(),
    () => performance.now(),
  );
  const lock = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const locking = db.$client.begin(async (tx) => {
    await tx.unsafe("lock table deployment_kinds in access exclusive mode");
    locked.resolve();
    await lock.promise;
  });
  await locked.promise;
  const client = createClient({ url: api.url, token });
  const underWay = client.kinds.list.query();
  const waiting = () =>
    db.$client.unsafe(`
    select from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and not granted`);
  while ((await waiting()).length === 0) await sleep(5);

  const begun = performance.now();
  const stopped = api[Symbol.asyncDispose]();
  expect((await fetch(`${api.url}/ready`)).status).toBe(503);
  expect((await fetch(`${api.url}/status`)).status).toBe(200);
  expect((await streamEnd) - begun).toBeGreaterThan(250);
  lock.resolve();
  expect((await underWay).items).toBeArray();
  await Promise.all([stopped, locking]);
  await expect(fetch(`${api.url}/status`)).rejects.toThrow();
});
