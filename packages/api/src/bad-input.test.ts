import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { EventFeed } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import fc from "fast-check";
import { z } from "zod";
import { appRouter, type createCaller } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";
import { calls } from "./testing/calls.ts";
import { emptyCluster } from "./testing/empty-cluster.ts";
import { type Path, procedures } from "./testing/procedures.ts";

let db: TestDatabase;
let feed: EventFeed;
beforeAll(async () => {
  db = await createTestDatabase();
  feed = EventFeed.start({ db, log: { info() {}, warn() {} } });
});
afterAll(async () => {
  await feed[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

type Key = string | number;
type Json = z.output<ReturnType<typeof z.json>>;

/** Procedures that take an input and answer once. */
const asked = (Object.keys(calls) as Path[]).filter((path) => {
  const definition = procedures[path]?._def;
  return definition !== undefined && definition.type !== "subscription" && definition.inputs.length > 0;
});

for (const path of asked) {
  test(`${path} answers whatever bad input with a sentence that names the field, and never with a failure of ours`, async () => {
    // A world of its own: some of what is bad for one procedure is accepted by it, and changes things.
    const world = await createTestWorld(db);
    await using _cluster = emptyCluster(world);
    const valid = await validInput(path, world);
    const [schema] = procedures[path]?._def.inputs ?? [];
    const fields = fieldsOf(z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" }));
    const places = fields.length === 0 ? [["unknown"]] : [...fields, ["unknown"]];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...nasties), async (place, nasty) => {
        const input = withValue(valid, place, nasty.value);
        const { status, text, message } = await ask(world, path, input);
        const what = `${path} with ${nasty.name} at ${place.join(".")}: ${status} ${text.slice(0, 300)}`;
        expect(`${what}: ${status < 500}`).toBe(`${what}: true`);
        expect(text).not.toMatch(
          /insert into|select .* from|constraint|relation "|violates|syntax error at/i,
        );
        if (status === 400) expect(`${what}: ${namesField(message, place)}`).toBe(`${what}: true`);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
}

const nasties: readonly { readonly name: string; readonly value: Json }[] = [
  { name: "a malformed id", value: "not-a-uuid" },
  { name: "an id of nothing", value: "00000000-0000-4000-8000-000000000000" },
  { name: "a NUL", value: "a\u0000b" },
  { name: "an unpaired surrogate", value: "a\ud800b" },
  { name: "an unpaired surrogate as a key", value: { "\udfff": 1 } },
  { name: "a NUL as a key", value: { "\u0000": 1 } },
  { name: "an empty text", value: "" },
  { name: "blanks", value: "   " },
  { name: "a long text", value: "x".repeat(100_000) },
  { name: "SQL", value: "'; drop table deployments; --" },
  { name: "wildcards", value: "%_\\%" },
  { name: "a number beyond 64 bits", value: 1e300 },
  { name: "a number beyond 32 bits", value: 2 ** 40 },
  { name: "a negative number", value: -1 },
  { name: "a fraction", value: 0.5 },
  { name: "zero", value: 0 },
  { name: "null", value: null },
  { name: "true", value: true },
  { name: "a list", value: [] },
  { name: "an object", value: {} },
  { name: "an object of unknown fields", value: { colour: "red" } },
  { name: "depth", value: nested(2000) },
  { name: "a date before the calendar", value: "-271821-04-20T00:00:00.000Z" },
  { name: "a date after it", value: "+275760-09-13T00:00:00.000Z" },
  { name: "a prototype", value: JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') },
];

function nested(depth: number): Json {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** An input that the procedure takes, as its call in the permission test makes it. */
async function validInput(path: Path, world: TestWorld): Promise<Json> {
  const call = await calls[path](world);
  let input: Json = {};
  const recorder = new Proxy(
    {},
    {
      get: () =>
        new Proxy(
          {},
          {
            get: () => (given: Json) => {
              input = given ?? {};
              return Promise.resolve({ items: [] });
            },
          },
        ),
    },
  );
  await call(recorder as ReturnType<typeof createCaller>);
  return JSON.parse(JSON.stringify(input));
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** Every field that the schema knows, also inside of others, by its path. */
function fieldsOf(schema: object, below: readonly Key[] = []): Key[][] {
  const { properties = {}, anyOf = [], oneOf = [], allOf = [] } = schema as JsonSchema;
  return [
    ...Object.entries(properties).flatMap(([name, inner]) => [
      [...below, name],
      ...fieldsOf(inner, [...below, name]),
    ]),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((variant) => fieldsOf(variant, below)),
  ];
}

function withValue(input: Json, [key, ...rest]: readonly Key[], value: Json): Json {
  if (key === undefined) return value;
  const object = typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
  return { ...object, [key]: withValue(object[key] ?? null, rest, value) };
}

function namesField(message: string, place: readonly Key[]): boolean {
  return place.some((key) => message.includes(String(key))) || /action|name|input/i.test(message);
}

async function ask(
  world: TestWorld,
  path: Path,
  input: Json,
): Promise<{ readonly status: number; readonly text: string; readonly message: string }> {
  const url = `http://localhost/trpc/${path}`;
  const isQuery = procedures[path]?._def.type === "query";
  const req = isQuery
    ? new Request(`${url}?input=${encodeURIComponent(JSON.stringify(input))}`)
    : new Request(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      });
  const context = await world.as(world.siteAdmin.identity);
  const response = await fetchRequestHandler({
    endpoint: "/trpc",
    req,
    router: appRouter,
    createContext: () => apiContextOf(context, { feed }),
  });
  const text = await response.text();
  return { status: response.status, text, message: JSON.parse(text).error?.message ?? "" };
}
