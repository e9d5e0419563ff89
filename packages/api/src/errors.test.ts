import { afterAll, beforeAll, expect, test } from "bun:test";
import { openDatabase } from "@platz/db";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Unauthenticated, Unavailable } from "@platz/domain";
import type { ServiceContext } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly error: { readonly message: string; readonly data: Record<string, unknown> };
}

/** What a client gets for a mutation, over HTTP. */
async function post(
  path: string,
  input: unknown,
  context: ServiceContext | undefined,
  finishing: Error = new Unauthenticated("The sign-in took too long: start again."),
): Promise<Answer> {
  const createContext = () =>
    apiContextOf(context, {
      signIn: {
        start: () => Promise.reject(new Error("secret detail at db-host-17")),
        finish: () => Promise.reject(finishing),
      },
    });
  const req = new Request(`http://localhost/trpc/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const response = await fetchRequestHandler({ endpoint: "/trpc", req, router: appRouter, createContext });
  const text = await response.text();
  return { status: response.status, text, error: JSON.parse(text).error };
}

test("a refused field is named in a sentence, and listed for a form", async () => {
  const { status, error } = await post(
    "envs.create",
    { name: "  ", autoAddNewUsers: "yes" },
    world.siteAdmin,
  );
  expect(status).toBe(400);
  expect(error.message).toBe(
    "What was sent was not accepted: name: give the env a name; autoAddNewUsers: Invalid input: expected boolean, received string",
  );
  expect(error.data["issues"]).toMatchObject([{ path: ["name"] }, { path: ["autoAddNewUsers"] }]);
});

test("the answer to an input that is wrong in thousands of places names fifty, and repeats no long text", async () => {
  const nodeSelector = Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`k${index}`, index]));
  const many = await post("envs.update", { id: "x", version: 1, nodeSelector }, world.siteAdmin);
  expect(many.status).toBe(400);
  expect(many.text.length).toBeLessThan(30_000);
  expect(many.error.message).toMatch(/; and 8\d+ more$/);
  expect(many.error.data["issues"]).toHaveLength(50);
  const long = await post("envs.create", { name: "n", ["x".repeat(1_000_000)]: 1 }, world.siteAdmin);
  expect(long.text.length).toBeLessThan(5_000);
});

test("a field that nobody knows is refused by name", async () => {
  const { status, error } = await post("envs.create", { name: "x", isAdmin: true }, world.siteAdmin);
  expect(status).toBe(400);
  expect(error.message).toContain('"isAdmin"');
});

test("an input of the form is named by its path, with the kind of failure", async () => {
  const { status, error } = await post(
    "deployments.create",
    world.newDeployment({ config: { size: "big" } }),
    world.owner,
  );
  expect(status).toBe(400);
  expect(error.message).toContain("config.size: ");
  expect(error.data).toMatchObject({ kind: "invalid", issues: [{ path: ["config", "size"] }] });
});

test("what is nobody's business is an internal error: no message, no stack, no SQL", async () => {
  const { status, text, error } = await post("signIn.start", {}, undefined);
  expect(status).toBe(500);
  expect(error.message).toBe("internal error");
  expect(text).not.toContain("db-host-17");
  expect(text).not.toContain("stack");
});

test("a statement that fails shows neither itself nor its parameters", async () => {
  await using broken = await createTestDatabase();
  const context = { ...world.siteAdmin, db: broken };
  await broken.$client.unsafe("drop table envs cascade");
  const { status, text, error } = await post("envs.create", { name: "visible-name" }, context);
  expect(status).toBe(500);
  expect(error.message).toBe("internal error");
  expect(text).not.toMatch(/insert|envs"|visible-name/);
});

test("a database that is away is said to be away, and where it is stays unsaid", async () => {
  await using away = openDatabase("postgres://nobody:hunter2@127.0.0.1:1/none", { connectTimeoutSeconds: 1 });
  const { status, text, error } = await post("envs.create", { name: "x" }, { ...world.siteAdmin, db: away });
  expect(status).toBe(503);
  expect(error.message).toBe("The database cannot be reached now: try again in a moment.");
  expect(text).not.toMatch(/127\.0\.0\.1|hunter2/);
});

test("another part that is away is named as itself, not as the database", async () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const away = new Unavailable("The OpenID provider cannot be reached.", { cause: refused });
  const { error } = await post(
    "signIn.finish",
    { code: "c", state: "s", browserSecret: "b" },
    undefined,
    away,
  );
  expect(error).toMatchObject({ message: away.message, data: { kind: "unavailable" } });
});

test("who is not signed in is told so", async () => {
  const { status, error } = await post("envs.create", { name: "x" }, undefined);
  expect(status).toBe(401);
  expect(error).toMatchObject({ message: "Sign in first.", data: { kind: "unauthenticated" } });
});

test("a Secret in an input never comes back in an error", async () => {
  const input = { envId: "nonsense", collection: "c", name: "n", contents: "hunter2-hunter2" };
  const { status, text } = await post("secrets.create", input, world.envAdmin);
  expect(status).toBe(400);
  expect(text).not.toContain("hunter2");
});
