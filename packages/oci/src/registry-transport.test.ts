import { describe, expect, test } from "bun:test";
import { digestOf } from "./digest-of.ts";
import { openRegistry } from "./open-registry.ts";
import { RegistryError } from "./registry-error.ts";
import { endlessBody, hostileServer } from "./testing/hostile-server.ts";

const blob = new TextEncoder().encode("content");
const digest = await digestOf(blob);
const manifest = JSON.stringify({
  schemaVersion: 2,
  config: { mediaType: "x/y", digest, size: 7 },
  layers: [],
});

async function failure(work: Promise<unknown>): Promise<RegistryError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("pages", () => {
  test("lists are read to their last page, by relative and absolute links", async () => {
    using server = hostileServer({
      "/v2/_catalog": (request) => {
        const last = new URL(request.url).searchParams.get("last");
        if (last === "b") return Response.json({ repositories: ["c"] });
        return Response.json(
          { repositories: ["a", "b", "NOT a name"] },
          { headers: { link: '</v2/_catalog?last=b&n=2>; rel="next"' } },
        );
      },
      "/v2/a/tags/list": (request) => {
        const url = new URL(request.url);
        if (url.searchParams.has("last")) return Response.json({ name: "a", tags: null });
        return Response.json({ tags: ["1", "2"] }, { headers: { link: `<${url.href}?last=2>; rel="next"` } });
      },
    });
    const registry = openRegistry({ domain: server.domain });
    expect(await Array.fromAsync(registry.repositories())).toEqual(["a", "b", "c"]);
    expect(await Array.fromAsync(registry.tags("a"))).toEqual(["1", "2"]);
  });

  test("pages that lead in a circle end with an error", async () => {
    using server = hostileServer({
      "/v2/_catalog": () =>
        Response.json({ repositories: [] }, { headers: { link: '</v2/_catalog?last=x>; rel="next"' } }),
    });
    const error = await failure(Array.fromAsync(openRegistry({ domain: server.domain }).repositories()));
    expect([error.kind, error.message]).toEqual(["invalid", expect.stringContaining("without an end")]);
    expect(server.requests.length).toBeLessThan(5);
  });

  test("a next page on another host is not asked for", async () => {
    using other = hostileServer({});
    using server = hostileServer({
      "/v2/_catalog": () =>
        Response.json(
          { repositories: [] },
          { headers: { link: `<${other.origin}/v2/_catalog>; rel="next"` } },
        ),
    });
    const error = await failure(Array.fromAsync(openRegistry({ domain: server.domain }).repositories()));
    expect([error.kind, other.requests.length]).toEqual(["invalid", 0]);
  });
});

describe("answers that are not what was asked for", () => {
  test.each(["<html>Sign in</html>", "", "[]", '{"repositories": 5}', '{"repositories": [5]}'])(
    "a catalog of %p says that this is no registry",
    async (body) => {
      using server = hostileServer({ "/v2/_catalog": () => new Response(body) });
      const error = await failure(Array.fromAsync(openRegistry({ domain: server.domain }).repositories()));
      expect([error.kind, error.message]).toEqual([
        "invalid",
        `The address ${server.domain} does not answer like an OCI registry; check it.`,
      ]);
    },
  );

  test("a manifest must be what its digest header and its own digest say", async () => {
    using server = hostileServer({
      "/v2/a/manifests/lied": () => new Response(manifest, { headers: { "docker-content-digest": digest } }),
      "/v2/a/manifests/odd": () => new Response(manifest, { headers: { "docker-content-digest": "md5:1" } }),
      [`/v2/a/manifests/${digest}`]: () => new Response(manifest),
      "/v2/a/manifests/html": () => new Response("<html>"),
      "/v2/a/manifests/silent": () => new Response(manifest),
    });
    const registry = openRegistry({ domain: server.domain });
    for (const reference of ["lied", "odd", digest]) {
      const error = await failure(registry.manifest("a", reference));
      expect([error.kind, error.message]).toEqual([
        "invalid",
        expect.stringContaining("damaged or replaced"),
      ]);
    }
    expect((await failure(registry.manifest("a", "html"))).message).toContain("is not an OCI manifest");
    const own = await digestOf(new TextEncoder().encode(manifest));
    expect((await registry.manifest("a", "silent")).digest).toBe(own);
    expect(await registry.resolve("a", "silent")).toBe(own);
  });

  test("an index is a manifest without a config, and no error", async () => {
    const mediaType = "application/vnd.oci.image.index.v1+json";
    using server = hostileServer({
      "/v2/a/manifests/multi": () => Response.json({ schemaVersion: 2, mediaType, manifests: [] }),
    });
    const index = await openRegistry({ domain: server.domain }).manifest("a", "multi");
    expect([index.mediaType, index.configMediaType]).toEqual([mediaType, undefined]);
  });

  test("content with another digest is refused", async () => {
    using server = hostileServer({ [`/v2/a/blobs/${digest}`]: () => new Response("c0ntent") });
    const error = await failure(openRegistry({ domain: server.domain }).blob("a", digest, { maxBytes: 100 }));
    expect([error.kind, error.message]).toEqual(["invalid", expect.stringContaining("damaged or replaced")]);
  });

  test("a body without an end is stopped at the limit", async () => {
    const endless = endlessBody();
    using server = hostileServer({
      [`/v2/a/blobs/${digest}`]: () => new Response(endless.body),
      "/v2/a/manifests/x": () => new Response(endlessBody().body),
    });
    const registry = openRegistry({ domain: server.domain });
    const error = await failure(registry.blob("a", digest, { maxBytes: 3_000_000 }));
    expect([error.kind, error.message]).toEqual([
      "invalid",
      expect.stringContaining("limit of 3000000 bytes"),
    ]);
    expect(endless.sent()).toBeLessThan(200);
    expect((await failure(registry.manifest("a", "x"))).message).toContain("larger than the limit");
  });

  test("an announced size over the limit is not transferred at all", async () => {
    using server = hostileServer({ [`/v2/a/blobs/${digest}`]: () => new Response(new Uint8Array(5_000)) });
    const error = await failure(
      openRegistry({ domain: server.domain }).blob("a", digest, { maxBytes: 4_999 }),
    );
    expect(error.message).toContain("limit of 4999 bytes");
  });
});

describe("refusals have a kind", () => {
  test.each<[number, RegistryError["kind"]]>([
    [400, "invalid"],
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "not-found"],
    [405, "invalid"],
    [429, "rate-limited"],
    [500, "unreachable"],
    [503, "unreachable"],
  ])("status %d is %s", async (status, kind) => {
    using server = hostileServer({ "/v2/a/manifests/x": () => new Response("secret internals", { status }) });
    const error = await failure(openRegistry({ domain: server.domain }).manifest("a", "x"));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(/^The registry 127\.0\.0\.1:\d+ [^\n]+\.$/);
    expect(error.message).not.toContain("internals");
  });

  test("a limit of requests says when to come back", async () => {
    using server = hostileServer({
      "/v2/a/manifests/x": () => new Response("", { status: 429, headers: { "retry-after": "30" } }),
    });
    const error = await failure(openRegistry({ domain: server.domain }).manifest("a", "x"));
    expect([error.kind, error.retryAfterMs]).toEqual(["rate-limited", 30_000]);
  });

  test("a registry that says for how long it wants to be left alone is asked nothing until then", async () => {
    using server = hostileServer({
      "/v2/a/manifests/x": () => new Response("", { status: 429, headers: { "retry-after": "30" } }),
    });
    const registry = openRegistry({ domain: server.domain });
    await failure(registry.manifest("a", "x"));
    const again = await failure(Array.fromAsync(registry.tags("b")));
    expect(again.kind).toBe("rate-limited");
    expect(again.retryAfterMs).toBeWithin(1, 30_001);
    expect(server.requests).toHaveLength(1);
  });

  test("a registry that is down or never answers is unreachable, within the time limit", async () => {
    using server = hostileServer({
      "/v2/a/manifests/silent": () => new Promise<Response>(() => undefined),
      "/v2/a/manifests/slow": () =>
        new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })),
    });
    const registry = openRegistry({ domain: server.domain, timeoutMs: 200 });
    for (const tag of ["silent", "slow"]) {
      const error = await failure(registry.manifest("a", tag));
      expect([error.kind, error.message]).toEqual(["unreachable", expect.stringContaining("within 0.2 s")]);
    }
    const { domain } = server;
    server[Symbol.dispose]();
    const error = await failure(openRegistry({ domain }).manifest("a", "x"));
    expect([error.kind, error.message]).toEqual(["unreachable", `The registry ${domain} cannot be reached.`]);
  });

  test("the caller's own abort is not dressed up as the registry's fault", async () => {
    using server = hostileServer({ "/v2/a/manifests/x": () => new Promise<Response>(() => undefined) });
    const registry = openRegistry({ domain: server.domain, signal: AbortSignal.timeout(100) });
    await expect(registry.manifest("a", "x")).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("redirects", () => {
  test("storage on another host gets no credentials of ours", async () => {
    using storage = hostileServer({ "/object": () => new Response("content") });
    using server = hostileServer({
      [`/v2/a/blobs/${digest}`]: (request) =>
        request.headers.has("authorization")
          ? Response.redirect(`${storage.origin}/object`, 307)
          : new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } }),
    });
    const credentials = { username: "platz", password: "pässword" };
    const registry = openRegistry({ domain: server.domain, credentials });
    expect(await registry.blob("a", digest, { maxBytes: 100 })).toEqual(blob);
    expect(storage.requests.map((request) => request.headers.get("authorization"))).toEqual([null]);
  });

  test.each(["/v2/a/manifests/x", "//", "ftp://127.0.0.1/x", "file:///etc/passwd", ""])(
    "a redirect to %p ends with an error",
    async (location) => {
      using server = hostileServer({
        "/v2/a/manifests/x": () => new Response("", { status: 302, headers: { location } }),
      });
      const error = await failure(openRegistry({ domain: server.domain }).manifest("a", "x"));
      expect([error.kind, error.message]).toEqual(["invalid", expect.stringContaining("cannot be followed")]);
      expect(server.requests.length).toBeLessThan(10);
    },
  );

  test("a registry that uses TLS is not followed to plain HTTP", async () => {
    const asked: string[] = [];
    const registry = openRegistry({
      domain: "registry.example.com",
      fetch: async (url) => {
        asked.push(url);
        return new Response("", { status: 302, headers: { location: "http://registry.example.com/x" } });
      },
    });
    expect((await failure(registry.manifest("a", "x"))).message).toContain("cannot be followed");
    expect(asked).toEqual(["https://registry.example.com/v2/a/manifests/x"]);
  });
});
