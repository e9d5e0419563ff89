import { afterAll, expect, test } from "bun:test";
import { z } from "zod";
import { type ReflectorHandlers, reflect } from "./reflector.ts";
import { faultProxy } from "./testing/fault-proxy.ts";
import { testCluster } from "./testing/test-cluster.ts";
import { createTransport } from "./transport.ts";

const cluster = await testCluster();
afterAll(() => cluster[Symbol.asyncDispose]());

const Item = z
  .object({ metadata: z.object({ uid: z.string(), name: z.string() }) })
  .transform(({ metadata }) => metadata);
type Item = z.output<typeof Item>;

/** Follows the ConfigMaps of a new namespace through a proxy. */
async function follow(options: { readonly silenceMsMax?: number; readonly before?: readonly string[] } = {}) {
  const { name: namespace } = await cluster.newNamespace();
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const create = (name: string) => cluster.call({ method: "POST", path, body: { metadata: { name } } });
  const remove = (name: string) => cluster.call({ method: "DELETE", path: `${path}/${name}` });
  for (const name of options.before ?? []) await create(name);
  const proxy = faultProxy(cluster.connection);
  const stop = new AbortController();
  const seen = { there: new Map<string, string>(), synced: [] as string[][], connected: 0 };
  const problems: string[] = [];
  const errors: unknown[] = [];
  const wakers = new Set<() => void>();
  const told = () => {
    for (const wake of wakers) wake();
  };
  const handlers: ReflectorHandlers<Item> = {
    onConnected() {
      seen.connected += 1;
      told();
    },
    onUpsert({ uid, name }) {
      if (name === "unhandled") throw new Error("a handler's own mistake");
      seen.there.set(uid, name);
      told();
    },
    onDelete({ uid }) {
      seen.there.delete(uid);
      told();
    },
    onSynced(uids) {
      seen.synced.push([...uids].map((uid) => seen.there.get(uid) ?? uid));
      told();
    },
    onProblem(message) {
      problems.push(message);
      told();
    },
    onError(error) {
      errors.push(error);
      told();
    },
  };
  const running = { end: Promise.resolve() };
  return {
    proxy,
    seen,
    problems,
    errors,
    create,
    remove,
    start() {
      running.end = reflect<Item>({
        transport: createTransport(proxy.connection),
        path,
        summarize: (object) => Item.parse(object),
        signal: stop.signal,
        timing: { retryMs: 20, ...options },
        handlers,
      });
      return this;
    },
    has: (name: string) => [...seen.there.values()].includes(name),
    /** Resolves once it holds; the test's own time limit ends a wait in vain. */
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!holds()) return;
          wakers.delete(look);
          resolve();
        };
        wakers.add(look);
        look();
      }),
    watches: () => proxy.requests.filter((url) => url.searchParams.has("watch")),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running.end;
      proxy[Symbol.dispose]();
    },
  };
}

test("what is there comes first, and is said to be all; then changes as they happen", async () => {
  await using watch = (await follow({ before: ["one", "two"] })).start();
  await watch.until(() => watch.seen.synced.length === 1);
  expect(watch.seen.synced[0]).toEqual(expect.arrayContaining(["one", "two"]));
  await watch.create("three");
  await watch.until(() => watch.has("three"));
  await watch.remove("one");
  await watch.until(() => !watch.has("one"));
  expect(watch.errors).toEqual([]);
});

test.each(["orderly", "broken"] as const)(
  "a watch that ends (%s) goes on where it was, without a new list and without a gap",
  async (how) => {
    await using watch = (await follow({ before: ["one"] })).start();
    await watch.until(() => watch.seen.synced.length === 1);
    await watch.create("before");
    await watch.until(() => watch.has("before"));
    watch.proxy.end(how);
    await watch.create("meanwhile");
    await watch.remove("one");
    await watch.until(() => watch.has("meanwhile") && !watch.has("one"));
    expect(watch.seen.synced.length).toBe(1);
    expect(watch.watches().at(-1)?.searchParams.get("resourceVersion")).toMatch(/^\d+$/);
    expect(watch.errors.length).toBe(how === "orderly" ? 0 : 1);
    expect(watch.seen.connected).toBeGreaterThan(1);
  },
);

test("when the server has forgotten the version (410), everything is listed again and what went meanwhile is not in it", async () => {
  await using watch = (await follow({ before: ["one", "gone"] })).start();
  await watch.until(() => watch.seen.synced.length === 1);
  watch.proxy.fault = (url) => {
    // As the real server answers once it has compacted its history, which a young one has not.
    const message = "too old resource version: 1 (2)";
    const object = { kind: "Status", status: "Failure", message, reason: "Expired", code: 410 };
    const isResumed = url.searchParams.has("resourceVersion");
    return isResumed ? new Response(`${JSON.stringify({ type: "ERROR", object })}\n`) : undefined;
  };
  await watch.remove("gone");
  await watch.until(() => !watch.has("gone"));
  watch.proxy.end("orderly");
  await watch.until(() => watch.seen.synced.length === 2);
  expect(watch.seen.synced[1]).toContain("one");
  expect(watch.seen.synced[1]).not.toContain("gone");
  expect(watch.errors).toEqual([]);
});

test("objects and lines that make no sense are told, one by one, and end nothing", async () => {
  await using watch = (await follow()).start();
  await watch.until(() => watch.seen.synced.length === 1);
  const bad = [
    "no json at all {",
    "[]",
    "null",
    '{"type":7}',
    '{"type":"ADDED","object":{"metadata":{"name":"odd"}}}',
  ];
  watch.proxy.say(bad.map((line) => `${line}\n`).join(""));
  await watch.until(() => watch.problems.length === bad.length);
  expect(watch.problems.at(-1)).toBe(
    "Object odd of the cluster was passed over: it has not the expected form.",
  );
  expect(watch.problems.join()).not.toContain("no json");
  await watch.create("unhandled");
  await watch.create("after");
  await watch.until(() => watch.has("after"));
  expect(watch.problems.at(-1)).toMatch(/^Object unhandled .*could not be handled\.$/);
  expect([watch.errors.length, watch.watches().length]).toEqual([0, 1]);
});

test("an object that cannot be shown still counts as being there, and one deleted while listing does not", async () => {
  await using watch = await follow();
  const uid = crypto.randomUUID();
  const lines = [
    { type: "ADDED", object: { metadata: { uid: "short-lived", name: "short-lived" } } },
    { type: "ADDED", object: { metadata: { uid, name: 7 } } },
    { type: "DELETED", object: { metadata: { uid: "short-lived", name: "short-lived" } } },
    {
      type: "BOOKMARK",
      object: { metadata: { resourceVersion: "5", annotations: { "k8s.io/initial-events-end": "true" } } },
    },
  ];
  watch.proxy.fault = () => new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  watch.start();
  await watch.until(() => watch.seen.synced.length === 1);
  expect(watch.seen.synced[0]).toEqual([uid]);
});

test("a server that does not list by stream is listed page by page, then watched; nobody is told of a failure", async () => {
  const before = ["one", "two", "three", "four", "five"];
  await using watch = await follow({ before });
  watch.proxy.fault = (url) => {
    if (url.searchParams.has("limit")) url.searchParams.set("limit", "2");
    if (!url.searchParams.has("sendInitialEvents")) return undefined;
    return Response.json({ kind: "Status", message: "sendInitialEvents is forbidden" }, { status: 422 });
  };
  watch.start();
  await watch.until(() => watch.seen.synced.length === 1);
  expect(watch.seen.synced[0]).toEqual(expect.arrayContaining(before));
  expect(watch.proxy.requests.filter((url) => url.searchParams.has("continue")).length).toBeGreaterThan(1);
  await watch.create("six");
  await watch.until(() => watch.has("six"));
  expect(watch.errors).toEqual([]);
});

test("a stream that says nothing for too long is broken, and is begun again", async () => {
  await using watch = (await follow({ before: ["one"], silenceMsMax: 200 })).start();
  await watch.until(() => watch.errors.length > 0);
  expect(String(watch.errors[0])).toContain("went silent");
  await watch.create("after");
  await watch.until(() => watch.has("after"));
});

test("a server that ends every watch at once is asked less and less often, and somebody is told", async () => {
  await using watch = await follow();
  watch.proxy.fault = () => new Response("");
  watch.start();
  await watch.until(() => watch.errors.length === 4);
  expect(String(watch.errors[0])).toContain("ends every watch at once");
  const asked = watch.watches().length;
  expect(asked).toBeLessThan(10);
});

test("a server that asks for time is given it", async () => {
  await using watch = await follow();
  let first: number | undefined;
  let second: number | undefined;
  watch.proxy.fault = () => {
    if (first !== undefined) {
      second ??= performance.now();
      return undefined;
    }
    first = performance.now();
    return Response.json({ message: "too many requests" }, { status: 429, headers: { "retry-after": "1" } });
  };
  watch.start();
  await watch.until(() => watch.seen.synced.length === 1);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(950);
});
