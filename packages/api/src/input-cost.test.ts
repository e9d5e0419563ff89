import { expect, test } from "bun:test";
import { Unavailable, UserId } from "@platz/domain";
import { type ServiceContext, wholeGrant } from "@platz/services";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { z } from "zod";
import { appRouter } from "./app-router.ts";
import { INPUT_VALUES_MAX } from "./harmless-input.ts";
import { apiContextOf } from "./testing/api-context.ts";
import { excessOf } from "./testing/cost-gate.ts";
import { procedures } from "./testing/procedures.ts";
import { type InputSchema, inputWith, type Place, placesIn, shapes } from "./testing/sized-inputs.ts";

/** A database that says that it is away: whoever gets so far has looked at all of the input. */
const nowhere = new Proxy(
  {},
  {
    get: () => () => {
      throw new Unavailable("There is no database here.");
    },
  },
) as ServiceContext["db"];

/** A caller whom no procedure refuses, so that each looks at what it is sent. */
const siteAdmin: ServiceContext = {
  db: nowhere,
  keyring: {} as ServiceContext["keyring"],
  ownUrl: "https://platz.example.com",
  now: () => new Date(),
  identity: { kind: "User", id: UserId.parse(crypto.randomUUID()) },
  scope: { envs: "all", adminOf: [], isSiteAdmin: true, label: "Site Admin" },
  grant: wholeGrant,
};

/** As much as one request brings: a query stands in the address, everything else in a body of 2 MiB. */
const limits = { query: 12_000, mutation: 2 * 1024 * 1024 } as const;

async function ask(path: string, type: string, text: string): Promise<void> {
  const url = `http://localhost/trpc/${path}`;
  const headers = { "content-type": "application/json" };
  const isQuery = type !== "mutation";
  const req = isQuery
    ? new Request(`${url}?input=${encodeURIComponent(text)}`)
    : new Request(url, { method: "POST", headers, body: text });
  const response = await fetchRequestHandler({
    endpoint: "/trpc",
    req,
    router: appRouter,
    createContext: () => apiContextOf(siteAdmin),
  });
  const answer = type === "subscription" ? await response.body?.cancel() : await response.text();
  // What nobody has thought of, a stack that is too deep among it, is an answer of 500.
  if (response.status === 500) throw new Error(`${path} fails: ${String(answer).slice(0, 200)}`);
}

/** Largest size at which a shape is tried at a place. What a whole request may hold is refused before any field is looked at. */
function sizeOf(type: string, { path }: Place, shape: string): number {
  const isText = /text|digits/.test(shape);
  if (type !== "mutation") return isText ? limits.query / 3 : limits.query / 8;
  if (path === "input" && shape === "a list inside of sixty") return limits.mutation / 2 - 100;
  return isText ? 200_000 : INPUT_VALUES_MAX - 200;
}

/** What was tried already: many procedures share a field, and most share ids, pages and orders. */
const tried = new Set<string>();

for (const [path, { _def: definition }] of Object.entries(procedures)) {
  const [schema] = definition.inputs;
  if (schema === undefined) continue;
  const { type } = definition;
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", cycles: "ref" }) as InputSchema;
  test(`${path}: deep, wide and long inputs cost no more than their size allows, and are never a failure of ours`, async () => {
    const found: string[] = [];
    for (const place of placesIn(json)) {
      for (const [shape, make] of Object.entries(shapes)) {
        const key = JSON.stringify([type === "mutation", place.path === "input" || place.schema, shape]);
        if (tried.has(key) && place.path !== "input") continue;
        tried.add(key);
        const excess = await excessOf({
          size: sizeOf(type, place, shape),
          prepare: (size) => inputWith(place, make(size, place.schema)),
          run: (text) => ask(path, type, text),
        }).catch((error: unknown) => String(error));
        if (excess !== undefined) found.push(`${shape} at ${place.path}: ${excess}`);
      }
    }
    expect(found).toEqual([]);
  }, 60_000);
}
