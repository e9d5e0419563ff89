import { afterAll, beforeAll, expect, test } from "bun:test";
import { ConfigError } from "@platz/config";
import { deployments } from "@platz/db/schema";
import { createTestDatabase, databaseDoor, type TestDatabase } from "@platz/db/testing";
import { createTestWorld } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { sleep } from "@platz/worker";
import { startApi } from "./compose.ts";
import { testSettings } from "./testing/start-test-api.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const log = createLogger({ name: "api", level: "silent" });
const settings = (changes?: Record<string, string>) => testSettings(db.url, changes);

async function waitFor(url: string, status: number): Promise<Response> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const response = await fetch(url);
    if (response.status === status) return response;
    if (Date.now() > deadline) throw new Error(`${url} answers ${response.status}, not ${status}`);
    await sleep(25);
  }
}

test("it migrates an empty database and is ready then", async () => {
  await db.$client.unsafe("drop schema public cascade; create schema public; drop schema drizzle cascade");
  await using api = await startApi(settings(), { log });
  const response = await waitFor(`http://127.0.0.1:${api.port}/ready`, 200);
  expect(await response.json()).toEqual({ ready: true, missing: [] });
});

test("at its first start it seals what earlier versions wrote in the open, and says how much that was", async () => {
  await using own = await createTestDatabase();
  const world = await createTestWorld(own);
  const { id } = await world.installed({ config: { size: 1, pin: "open-4711" } });
  await own.$client`update deployments set config = '{"size": 1, "pin": "open-4711"}' where id = ${id}`;
  const lines: string[] = [];
  const telling = createLogger({
    name: "api",
    level: "info",
    destination: { write: (line: string) => void lines.push(line) },
  });
  await using api = await startApi(
    testSettings(own.url, { PLATZ_ENCRYPTION_KEYS: `test:${btoa("k".repeat(32))}` }),
    { log: telling },
  );
  await waitFor(`http://127.0.0.1:${api.port}/ready`, 200);
  const isSealed = async () => !JSON.stringify(await own.select().from(deployments)).includes("open-4711");
  for (let tries = 0; tries < 400 && !(await isSealed()); tries++) await sleep(25);
  expect(await isSealed()).toBe(true);
  for (let tries = 0; tries < 400 && !lines.join().includes("sealed"); tries++) await sleep(25);
  expect(lines.find((line) => line.includes("secrets that stood in the open"))).toContain('"deployments":1');
});

test("it starts while the database is away, says so, and is ready when the database comes", async () => {
  await using door = await databaseDoor(db.url);
  await using api = await startApi(settings({ DATABASE_URL: door.url }), { log });
  const url = `http://127.0.0.1:${api.port}`;
  const away = await waitFor(`${url}/ready`, 503);
  expect(await away.json()).toMatchObject({ missing: ["The database cannot be reached."] });
  expect((await fetch(`${url}/status`)).status).toBe(200);
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
  await door.open();
  await waitFor(`${url}/ready`, 200);
  await door.shut();
  await waitFor(`${url}/ready`, 503);
  await door.open();
  await waitFor(`${url}/ready`, 200);
}, 30_000);

test("metrics show tasks by status from the database", async () => {
  await using api = await startApi(settings(), { log });
  await waitFor(`http://127.0.0.1:${api.port}/ready`, 200);
  const body = await (await fetch(`http://127.0.0.1:${api.port}/metrics`)).text();
  for (const status of ["Pending", "Started", "Failed", "Canceled", "Done"]) {
    expect(body).toContain(`platz_deployment_task_status_counter{task_status="${status}"} 0`);
  }
});

test("addresses that everybody on the way can read are refused at the start, unless that is allowed", async () => {
  const open = { PLATZ_OWN_URL: "http://platz.example.com", OIDC_SERVER_URL: "http://id.example.com" };
  const start = startApi(settings(open), { log });
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toThrow(/PLATZ_OWN_URL: .*\nOIDC_SERVER_URL: .*PLATZ_ALLOW_HTTP=true/);
  await using _api = await startApi(settings({ ...open, PLATZ_ALLOW_HTTP: "true" }), { log });
});

test("a port that is taken is one sentence that names the setting", async () => {
  await using api = await startApi(settings(), { log });
  const second = startApi(settings({ API_PORT: String(api.port) }), { log });
  await expect(second).rejects.toThrow(`API_PORT: port ${api.port} on 127.0.0.1 is taken by another program`);
});

test("a provider that cannot be reached is said, and nothing else stops", async () => {
  await using api = await startApi(settings(), { log });
  const response = await fetch(`http://127.0.0.1:${api.port}/auth/login`, {
    headers: { accept: "application/json" },
  });
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    message: "The sign-in provider cannot be reached now: try again in a moment.",
  });
  expect((await fetch(`http://127.0.0.1:${api.port}/status`)).status).toBe(200);
});

test("a malformed key ring stops the start by name, without the key", () => {
  const read = () => settings({ PLATZ_ENCRYPTION_KEYS: "k1:hunter2" });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow("PLATZ_ENCRYPTION_KEYS");
  expect(read).not.toThrow("hunter2");
});
