import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Platz } from "../platz/platz.ts";
import { type ServedApi, serveApi } from "../testing/served-api.ts";
import { type ConnectOptions, connect } from "./connect.ts";
import { mountedCredentials } from "./credentials.ts";
import { PlatzError } from "./platz-error.ts";

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
  api.tokens.set("admin", api.world.envAdmin);
  api.tokens.set("site", api.world.siteAdmin);
});
afterAll(() => api[Symbol.asyncDispose]());

const as = (token: string, options: ConnectOptions = {}): Promise<Platz> =>
  connect({
    credentials: async () => ({ url: "http://localhost/", token, expiresAt: null }),
    fetch: api.fetch,
    ...options,
  });

async function failureOf(attempt: Promise<unknown>): Promise<PlatzError> {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof PlatzError) return error;
  throw new Error("it did not fail as it should", { cause: error });
}

test("a program creates, reads, changes and deletes, by what Platz says of each thing", async () => {
  const platz = await as("admin");
  const input = { envId: api.world.env.id, collection: "keys", name: "one", contents: "s3cr3t" };
  const secret = await platz.secrets.create(input);
  expect(await platz.secrets.get(secret.id)).toEqual(secret);
  expect(secret).not.toHaveProperty("contents");
  const renamed = await platz.secrets.update({ id: secret.id, version: secret.version, name: "two" });
  expect(renamed).toMatchObject({ id: secret.id, name: "two" });
  await platz.secrets.delete(secret.id);
  expect((await failureOf(platz.secrets.get(secret.id))).kind).toBe("not-found");
});

test("refusals say what they are, and which fields they are about", async () => {
  const platz = await as("admin");
  const { envAdmin } = api.world;
  const stale = { id: api.world.env.id, version: -1, name: "x" };
  expect((await failureOf((await as("site")).envs.update(stale))).kind).toBe("conflict");
  expect((await failureOf(platz.envs.create({ name: "x" }))).kind).toBe("forbidden");
  const invalid = await failureOf(platz.secrets.get("no id"));
  expect([invalid.kind, invalid.issues[0]?.path]).toEqual(["invalid", ["id"]]);
  expect((await failureOf((await as("nobody")).me.get())).kind).toBe("unauthenticated");
  expect(await platz.me.get()).toMatchObject({ kind: "User", user: { id: envAdmin.identity.id } });
});

test("a list is read to its end, whatever its pages, by its filters and in its order", async () => {
  const platz = await as("admin");
  const envId = api.world.env.id;
  const names = Array.from({ length: 7 }, (_, index) => `n${index}`);
  for (const name of names) {
    await platz.secrets.create({ envId, collection: "many", name, contents: "x" });
  }
  await platz.secrets.create({ envId, collection: "other", name: "n9", contents: "x" });
  const seen: string[] = [];
  const all = platz.secrets.all({ collection: "many", sort: "-name", page: { perPage: 3 } });
  for await (const { name } of all) seen.push(name);
  expect(seen).toEqual(names.toReversed());
  const page = await platz.secrets.list({ collection: { in: ["many", "other"] }, page: { perPage: 5 } });
  expect([page.items.length, page.numTotal]).toEqual([5, 8]);
});

test("a part of a list that nobody wants is not asked for", async () => {
  const platz = await as("admin");
  const before = api.authorizations.length;
  for await (const { name } of platz.secrets.all({ collection: "many", page: { perPage: 2 } })) {
    expect(name).toBe("n0");
    break;
  }
  expect(api.authorizations.length - before).toBe(1);
});

test("a query that did not arrive is asked again; a change is not, and is told as unknown", async () => {
  const platz = await as("admin");
  const lost = () => Promise.reject(new TypeError("refused"));
  api.failures.push(lost, async () => new Response("<html>Bad gateway", { status: 502 }));
  expect((await platz.server.info()).version).toBe("test");
  const before = api.authorizations.length;
  api.failures.push(lost);
  const input = { envId: api.world.env.id, collection: "lost", name: "lost", contents: "x" };
  expect((await failureOf(platz.secrets.create(input))).kind).toBe("unreachable");
  expect(api.authorizations.length).toBe(before);
});

test("a call ends in time, and at once when it is given up", async () => {
  const never: ConnectOptions["fetch"] = (_, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("gone"))));
  const hasty = await as("admin", { fetch: never, timeoutMs: 20 });
  expect((await failureOf(hasty.server.info())).message).toContain("no answer within 20 ms");
  const patient = await as("admin", { fetch: never });
  const gone = new AbortController();
  const asked = patient.server.info({ signal: gone.signal });
  gone.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});

test("credentials that are refreshed where they are mounted count from the next call on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "platz-creds-"));
  const mount = async (token: string) => {
    await writeFile(join(folder, "access_token"), token);
    await writeFile(join(folder, "server_url"), "http://localhost/");
    await writeFile(join(folder, "expires_at"), "2026-03-01T00:00:00.000+00:00");
  };
  await mount("old");
  const platz = await connect({ credentials: mountedCredentials(folder), fetch: api.fetch });
  expect((await failureOf(platz.me.get())).kind).toBe("unauthenticated");
  await mount("admin\n");
  expect((await platz.me.get()).kind).toBe("User");
  expect(api.authorizations.slice(-2)).toEqual(["Bearer old", "Bearer admin"]);
  await rm(folder, { recursive: true });
});

test("changes are followed across streams that break off and error pages, each once, until the loop is left", async () => {
  const platz = await as("admin");
  const envId = api.world.env.id;
  const create = async (name: string) =>
    (await platz.secrets.create({ envId, collection: "followed", name, contents: "x" })).id;
  const created: string[] = [];
  const told: string[] = [];
  for await (const change of platz.events.changes({ tables: ["secrets"] })) {
    if (change.type === "change") told.push(change.id);
    if (told.length === 3) break;
    if (told.length === 1) api.breakOff();
    if (told.length === 2) {
      api.streamFailures.push(async () => new Response("<html>Bad gateway", { status: 502 }));
      api.breakOff();
    }
    if (told.length === created.length) created.push(await create(`c${created.length}`));
  }
  expect(told).toEqual(created);
}, 30_000);

test("a process that comes back hears what happened since the event that it has seen", async () => {
  const platz = await as("admin");
  const envId = api.world.env.id;
  let lastEventId: string | undefined;
  for await (const { eventId } of platz.events.changes({ tables: ["secrets"] })) {
    lastEventId = eventId;
    break;
  }
  const { id } = await platz.secrets.create({ envId, collection: "meanwhile", name: "m", contents: "x" });
  for await (const change of platz.events.changes({ tables: ["secrets"], lastEventId })) {
    expect(change).toMatchObject({ type: "change", operation: "INSERT", table: "secrets", id });
    break;
  }
});

test("whoever may no longer listen is told so; who has had enough leaves", async () => {
  api.tokens.set("short", api.world.envAdmin);
  const platz = await as("short", { queryRetries: 0 });
  const listening = async () => {
    for await (const { type } of platz.events.changes()) {
      expect(type).toBe("ready");
      api.tokens.delete("short");
      api.breakOff();
    }
  };
  expect((await failureOf(listening())).kind).toBe("unauthenticated");
  const enough = new AbortController();
  for await (const { type } of (await as("admin")).events.changes({}, { signal: enough.signal })) {
    expect(type).toBe("ready");
    enough.abort();
  }
}, 30_000);
