import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Unauthenticated } from "@platz/domain";
import { createEnv, type ServiceContext } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { Elysia } from "elysia";
import { auditExportRoutes } from "./routes/audit-export.ts";
import { problemOf, problemResponse } from "./routes/problem.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

async function get(query: string, context?: ServiceContext): Promise<Response> {
  const routes = auditExportRoutes({
    async authenticate() {
      if (context === undefined) throw new Unauthenticated("Sign in first.");
      return context;
    },
  });
  const app = new Elysia()
    .onError(({ error }) => {
      const { status, message } = problemOf(error);
      return problemResponse({ status, message });
    })
    .use(routes);
  return await app.handle(new Request(`http://localhost/audit/export${query}`));
}

test("the log comes as JSON lines or as CSV, with what a spreadsheet would run made harmless", async () => {
  const { id } = await createEnv(world.siteAdmin, { name: "=cmd|' /C calc'!A0", autoAddNewUsers: false });
  const lines = await (await get(`?entityId=${id}`, world.siteAdmin)).text();
  expect(
    lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ entityId: id, outcome: "Done" }]);
  const response = await get(`?format=csv&entityId=${id}`, world.siteAdmin);
  expect(response.headers.get("x-platz-audit-head")).toMatch(/^\d+:[\w-]*$/);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const [head, row] = (await response.text()).split("\n");
  expect(head).toStartWith("id,seq,createdAt,actorKind");
  expect(row).toContain("'=cmd");
});

test("an export that cannot be made says which field is wrong, and nobody gets one unasked", async () => {
  expect((await get("")).status).toBe(401);
  const wrong = await get("?format=pdf", world.siteAdmin);
  expect([wrong.status, (await wrong.json()).message]).toEqual([
    400,
    "The export was not accepted: format: must be jsonl or csv",
  ]);
  const unknown = await get("?envId=7&colour=red", world.siteAdmin);
  expect((await unknown.json()).message).toContain("envId: must be a UUID");
});

test("an export holds what its reader may know, and no more", async () => {
  await createEnv(world.siteAdmin, { name: crypto.randomUUID(), autoAddNewUsers: false });
  expect(await (await get("", world.stranger)).text()).toBe("");
});
