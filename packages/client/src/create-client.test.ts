import { expect, test } from "bun:test";
import { appRouter } from "@platz/api";
import { apiContextOf } from "@platz/api/testing";
import { BATCH_CALLS_MAX, BATCH_URL_CHARACTERS_MAX } from "@platz/domain";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createClient } from "./create-client.ts";
import { isClientError } from "./is-client-error.ts";

/** The API without a port. Remembers what was asked of it. */
function server() {
  const requests: Request[] = [];
  const context = apiContextOf(undefined);
  return {
    requests,
    fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
      const req = new Request(input, init);
      requests.push(req);
      return fetchRequestHandler({ endpoint: "/trpc", req, router: appRouter, createContext: () => context });
    },
  };
}

test("a client calls procedures by name, wherever the address ends", async () => {
  const { fetch, requests } = server();
  for (const url of ["http://localhost", "http://localhost/", "http://localhost/platz//"]) {
    await createClient({ url, fetch })
      .server.info.query()
      .catch(() => undefined);
  }
  expect(requests.map((request) => new URL(request.url).pathname)).toEqual([
    "/trpc/server.info",
    "/trpc/server.info",
    "/platz/trpc/server.info",
  ]);
});

test("calls of one moment share a request", async () => {
  const { fetch, requests } = server();
  const client = createClient({ url: "http://localhost", fetch });
  const [a, b] = await Promise.all([client.server.info.query(), client.signIn.start.mutate({})]);
  expect(a).toEqual({ version: "test" });
  expect(b.redirectUrl).toBe("https://issuer.example.com/");
  await Promise.all([client.server.info.query(), client.server.info.query()]);
  expect(requests).toHaveLength(3);
});

test("calls of one moment are spread over requests that the API takes, by their number and by their length", async () => {
  const { fetch, requests } = server();
  const client = createClient({ url: "http://localhost", fetch });
  await Promise.all(Array.from({ length: 2 * BATCH_CALLS_MAX + 1 }, () => client.server.info.query()));
  expect(requests.map(({ url }) => new URL(url).pathname.split(",").length)).toEqual([20, 20, 1]);
  requests.length = 0;
  const id = crypto.randomUUID();
  const ids = Array.from({ length: 100 }, () => id) as never;
  await Promise.allSettled(
    Array.from({ length: 6 }, () => client.deployments.list.query({ kindId: { in: ids } })),
  );
  expect(requests.length).toBeGreaterThan(2);
  for (const { url } of requests) expect(url.length).toBeLessThanOrEqual(BATCH_URL_CHARACTERS_MAX);
});

test("the token is asked for at each request, so that it may change", async () => {
  const { fetch, requests } = server();
  const tokens = ["first", "second"];
  const client = createClient({ url: "http://localhost", token: () => tokens.shift(), fetch });
  for (const _ of [1, 2, 3]) await client.server.info.query();
  expect(requests.map((request) => request.headers.get("authorization"))).toEqual([
    "Bearer first",
    "Bearer second",
    null,
  ]);
});

test("an answer of the API is told from a failure on the way to it", async () => {
  const { fetch } = server();
  const refused = await createClient({ url: "http://localhost", fetch })
    .me.get.query()
    .catch((error) => error);
  expect(isClientError(refused)).toBe(true);
  expect(isClientError(refused, "unauthenticated")).toBe(true);
  expect(isClientError(refused, "forbidden")).toBe(false);
  expect(refused.message).toBe("Sign in first.");
  const down = createClient({
    url: "http://localhost",
    fetch: () => Promise.reject(new TypeError("refused")),
  });
  expect(isClientError(await down.me.get.query().catch((error) => error))).toBe(false);
});

test("a query that failed on the way is asked again, as often as wanted; a change and a refusal never are", async () => {
  const { fetch } = server();
  let failures = 2;
  let tries = 0;
  const client = createClient({
    url: "http://localhost",
    queryRetries: 2,
    fetch: (input, init) => {
      tries += 1;
      failures -= 1;
      return failures < 0 ? fetch(input, init) : Promise.reject(new TypeError("refused"));
    },
  });
  expect(await client.server.info.query()).toEqual({ version: "test" });
  expect(tries).toBe(3);
  expect(isClientError(await client.me.get.query().catch((error) => error), "unauthenticated")).toBe(true);
  expect(tries).toBe(4);
  failures = 1;
  expect(isClientError(await client.signIn.start.mutate({}).catch((error) => error))).toBe(false);
  expect(tries).toBe(5);
  failures = 9;
  await client.server.info.query().catch((error) => error);
  expect(tries).toBe(8);
});
