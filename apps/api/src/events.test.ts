import { afterAll, beforeAll, expect, test } from "bun:test";
import { createClient } from "@platz/client";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createUserToken } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { sleep } from "@platz/worker";
import { startTestApi } from "./testing/start-test-api.ts";

let db: TestDatabase;
let world: TestWorld;
let token: string;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  token = (
    await createUserToken(world.envAdmin, { name: "events", expiresAt: null, readOnly: false, envIds: null })
  ).token;
});
afterAll(() => db[Symbol.asyncDispose]());

const start = (port = 0) => startTestApi(db, { API_PORT: String(port) });

/** The messages of the feed as they arrive at a client, until it is disposed. */
function follow(port: number) {
  const client = createClient({ url: `http://127.0.0.1:${port}`, token });
  const told: { readonly id: string; readonly data: { readonly type: string; readonly id?: string } }[] = [];
  const subscription = client.events.changes.subscribe(
    { tables: ["secrets"] },
    { onData: (message) => told.push(message) },
  );
  return {
    told,
    ids: () => told.flatMap(({ data }) => (data.type === "change" && data.id !== undefined ? [data.id] : [])),
    async until(done: () => boolean): Promise<void> {
      const deadline = Date.now() + 20_000;
      while (!done()) {
        if (Date.now() > deadline) throw new Error(`only this arrived: ${JSON.stringify(told)}`);
        await sleep(10);
      }
    },
    [Symbol.dispose]: () => subscription.unsubscribe(),
  };
}

async function newSecret(port: number): Promise<string> {
  const client = createClient({ url: `http://127.0.0.1:${port}`, token });
  const input = { envId: world.env.id, collection: "c", name: crypto.randomUUID(), contents: "x" };
  return (await client.secrets.create.mutate(input)).id;
}

test("a client hears of a change of another client", async () => {
  await using api = await start();
  using reader = follow(api.port);
  await reader.until(() => reader.told.length === 1);
  const id = await newSecret(api.port);
  await reader.until(() => reader.ids().includes(id));
  expect(reader.told.map(({ data }) => data.type)).toEqual(["ready", "change"]);
});

test("a client whose API restarts hears what happened meanwhile, nothing missed and nothing twice", async () => {
  const first = await start();
  const { port } = first;
  await using other = await start();
  using reader = follow(port);
  await reader.until(() => reader.told.length === 1);
  const ids = [await newSecret(port)];
  await reader.until(() => reader.ids().length === 1);
  await first[Symbol.asyncDispose]();
  for (let i = 0; i < 5; i += 1) ids.push(await newSecret(other.port));
  await using second = await start(port);
  ids.push(await newSecret(second.port));
  await reader.until(() => reader.ids().length >= ids.length);
  ids.push(await newSecret(second.port));
  await reader.until(() => reader.ids().length >= ids.length);
  expect(reader.ids()).toEqual(ids);
  expect(reader.told.filter(({ data }) => data.type === "ready")).toHaveLength(1);
});

test("stopping waits for no open stream", async () => {
  const api = await start();
  using reader = follow(api.port);
  await reader.until(() => reader.told.length === 1);
  const begun = performance.now();
  await api[Symbol.asyncDispose]();
  expect(performance.now() - begun).toBeLessThan(2000);
});

test("a caller has so many streams open at once, is told to close some, and one that ended makes room", async () => {
  await using api = await start();
  const open = async () => {
    const stop = new AbortController();
    const response = await fetch(`http://127.0.0.1:${api.port}/trpc/events.changes`, {
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
      signal: stop.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let begin = "";
    while (!/event: serialized-error\ndata: .*\n|data: .*"ready"/.test(begin))
      begin += (await reader?.read())?.value;
    return { begin, isRefused: begin.includes("serialized-error"), close: () => stop.abort() };
  };
  const streams = await Promise.all(Array.from({ length: 50 }, open));
  expect(streams.filter(({ isRefused }) => isRefused)).toEqual([]);
  const refused = await open();
  expect(refused.begin).toContain("You have 50 streams open: close those that you do not read");
  expect(refused.begin).toContain('"kind":"too-many-requests"');
  streams.pop()?.close();
  const deadline = Date.now() + 10_000;
  for (let again = await open(); ; again = await open()) {
    streams.push(again);
    if (!again.isRefused) break;
    expect(Date.now()).toBeLessThan(deadline);
    await sleep(10);
  }
  const metrics = await (await fetch(`http://127.0.0.1:${api.port}/metrics`)).text();
  expect(metrics).toContain('platz_callers_at_once{what="streams"} 50');
  for (const { close } of streams) close();
});
