import { expect, test } from "bun:test";
import { openRegistry } from "./open-registry.ts";
import { hostileServer } from "./testing/hostile-server.ts";

/** A registry whose tags come in two pages, each with an entity tag if there is one now. */
function pagedRegistry(tags: () => readonly [first: string, second: string], version: () => string | null) {
  const answered: number[] = [];
  const page = (index: 0 | 1, known: string | null) => {
    const etag = version() === null ? undefined : `"${version()}-${index}"`;
    const headers = new Headers(index === 0 ? { link: '</v2/a/tags/list?last=x>; rel="next"' } : {});
    if (etag !== undefined) headers.set("etag", etag);
    return known === etag
      ? new Response(null, { status: 304, headers })
      : Response.json({ tags: [tags()[index]] }, { headers });
  };
  const server = hostileServer({
    "/v2/a/tags/list"({ url, headers }) {
      const answer = page(new URL(url).searchParams.has("last") ? 1 : 0, headers.get("if-none-match"));
      answered.push(answer.status);
      return answer;
    },
  });
  return { server, answered };
}

test("pages that have not changed are not sent again, and are the same as before", async () => {
  const { server, answered } = pagedRegistry(
    () => ["1.0.0", "2.0.0"],
    () => "v",
  );
  using _ = server;
  const registry = openRegistry({ domain: server.domain });
  const first = await Array.fromAsync(registry.tags("a"));
  expect(await Array.fromAsync(registry.tags("a"))).toEqual(first);
  expect(first).toEqual(["1.0.0", "2.0.0"]);
  expect(answered).toEqual([200, 200, 304, 304]);
});

test("a page that has changed is read, and known from then on", async () => {
  let version = 1;
  const { server, answered } = pagedRegistry(
    () => [`${version}.0.0`, `${version}.1.0`],
    () => `v${version}`,
  );
  using _ = server;
  const registry = openRegistry({ domain: server.domain });
  await Array.fromAsync(registry.tags("a"));
  version = 2;
  expect(await Array.fromAsync(registry.tags("a"))).toEqual(["2.0.0", "2.1.0"]);
  expect(await Array.fromAsync(registry.tags("a"))).toEqual(["2.0.0", "2.1.0"]);
  expect(answered).toEqual([200, 200, 200, 200, 304, 304]);
});

test("a registry without entity tags is read whole each time", async () => {
  const { server, answered } = pagedRegistry(
    () => ["1.0.0", "2.0.0"],
    () => null,
  );
  using _ = server;
  const registry = openRegistry({ domain: server.domain });
  await Array.fromAsync(registry.tags("a"));
  expect(await Array.fromAsync(registry.tags("a"))).toEqual(["1.0.0", "2.0.0"]);
  expect(answered).toEqual([200, 200, 200, 200]);
});

test("an answer that says not modified to a request without a condition is no answer of a registry", async () => {
  using server = hostileServer({ "/v2/a/tags/list": () => new Response(null, { status: 304 }) });
  const tags = Array.fromAsync(openRegistry({ domain: server.domain }).tags("a"));
  await expect(tags).rejects.toMatchObject({ kind: "invalid" });
});
