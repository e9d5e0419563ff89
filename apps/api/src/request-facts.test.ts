import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createUserToken, listAudit } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let db: TestDatabase;
let world: TestWorld;
let token: string;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
  const wanted = { name: "facts", expiresAt: null, readOnly: false, envIds: null };
  token = (await createUserToken(world.siteAdmin, wanted)).token;
});
afterAll(() => db[Symbol.asyncDispose]());

/** Makes an env, and gives the id that the answer has. */
async function createEnv(api: TestApi, forwardedFor: string): Promise<string> {
  const response = await fetch(`${api.url}/trpc/envs.create`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
      "x-request-id": "ceo-approved-this",
      "x-forwarded-for": forwardedFor,
    },
    body: JSON.stringify({ name: crypto.randomUUID(), autoAddNewUsers: false }),
  });
  expect(response.status).toBe(200);
  return response.headers.get("x-request-id") ?? "";
}

/** From where a request came, as its entries of the audit log say. */
async function audited(requestId: string) {
  const { items } = await listAudit(world.siteAdmin, {
    page: { page: 1, perPage: 100 },
    action: "envs.create",
  });
  const own = items.filter((entry) => entry.requestId === requestId);
  return [...new Set(own.map(({ address }) => address))];
}

test("the audit log says by which request and from where a change was asked, in no words of the caller's", async () => {
  await using api = await startTestApi(db);
  expect(await audited(await createEnv(api, "203.0.113.9"))).toEqual(["127.0.0.1"]);
  await using behindProxy = await startTestApi(db, { API_TRUSTED_PROXIES: "127.0.0.0/8" });
  const proxied = await createEnv(behindProxy, "198.51.100.1, 203.0.113.9");
  expect(await audited(proxied)).toEqual(["203.0.113.9"]);
  expect(await audited("ceo-approved-this")).toEqual([]);
});

test("every line that is logged of a request carries its id, and the one that the caller gave it", async () => {
  await using api = await startTestApi(db);
  const call = (path: string, callersId: string) =>
    fetch(api.url + path, { headers: { authorization: `Bearer ${token}`, "x-request-id": callersId } });
  await call("/trpc/envs.get?input=%7B%7D", "refused-1");
  await db.$client.unsafe("alter table envs rename to elsewhere");
  await call("/trpc/envs.list", "broken-1");
  await db.$client.unsafe("alter table elsewhere rename to envs");
  await call("/audit/export?format=pdf", "export-1");
  const lines = api.lines.map((line) => JSON.parse(line));
  const logged = (callersId: string) =>
    lines
      .filter(({ callerRequestId }) => callerRequestId === callersId)
      .map(({ msg, procedure }) => ({ msg, procedure }));
  expect(logged("refused-1")).toEqual([
    { msg: "a procedure was refused", procedure: "envs.get" },
    { msg: "answered", procedure: undefined },
  ]);
  expect(logged("broken-1")).toEqual([
    { msg: "a procedure failed", procedure: "envs.list" },
    { msg: "answered", procedure: undefined },
  ]);
  expect(logged("export-1").map(({ msg }) => msg)).toEqual(["answered"]);
  const ids = lines
    .filter(({ callerRequestId }) => callerRequestId !== undefined)
    .map((line) => line.requestId);
  expect(new Set(ids).size).toBe(3);
});
