import { describe, expect, test } from "bun:test";
import { openRegistry } from "./open-registry.ts";
import { RegistryError } from "./registry-error.ts";
import { type HostileServer, hostileServer } from "./testing/hostile-server.ts";

const manifest = JSON.stringify({ schemaVersion: 2 });
const credentials = { username: "platz", password: "pass:wörd" };
const basic = `Basic ${Buffer.from("platz:pass:wörd").toString("base64")}`;

/** A registry that wants a token from itself; `answer` is what its token service says. */
function tokenRegistry(answer: (request: Request) => Response): HostileServer {
  const server: HostileServer = hostileServer({
    "/token": answer,
    "/v2/a/manifests/x": (request) => {
      if (request.headers.get("authorization") === "Bearer good") return new Response(manifest);
      const challenge = `Bearer realm="${server.origin}/token",service="registry.test",scope="repository:a:pull"`;
      return new Response("", { status: 401, headers: { "www-authenticate": challenge } });
    },
  });
  return server;
}

const tokenRequests = (server: HostileServer) => server.requests.filter(({ url }) => url.includes("/token"));

async function failure(work: Promise<unknown>): Promise<RegistryError> {
  const error = await work.then(
    () => new Error("nothing failed"),
    (reason) => reason,
  );
  if (error instanceof RegistryError) return error;
  throw error;
}

describe("tokens", () => {
  test("a token is fetched for what the registry asks for, and kept while it is good", async () => {
    using server = tokenRegistry(() => Response.json({ token: "good", expires_in: 300 }));
    const registry = openRegistry({ domain: server.domain });
    await registry.manifest("a", "x");
    await registry.manifest("a", "x");
    expect(tokenRequests(server).map(({ url }) => new URL(url).search)).toEqual([
      "?service=registry.test&scope=repository%3Aa%3Apull",
    ]);
    expect(tokenRequests(server)[0]?.headers.has("authorization")).toBe(false);
  });

  test("a token about to expire is fetched anew", async () => {
    using server = tokenRegistry(() => Response.json({ access_token: "good", expires_in: 5 }));
    const registry = openRegistry({ domain: server.domain });
    await registry.manifest("a", "x");
    await registry.manifest("a", "x");
    expect(tokenRequests(server)).toHaveLength(2);
  });

  test("credentials go to the token service and not to the registry", async () => {
    using server = tokenRegistry(() => Response.json({ token: "good" }));
    await openRegistry({ domain: server.domain, credentials }).manifest("a", "x");
    expect(tokenRequests(server)[0]?.headers.get("authorization")).toBe(basic);
    const others = server.requests.filter(({ url }) => !url.includes("/token"));
    expect(others.map(({ headers }) => headers.get("authorization"))).toEqual([null, "Bearer good"]);
  });

  test("credentials that change are asked for when they are needed", async () => {
    using server = tokenRegistry(() => Response.json({ token: "good" }));
    const registry = openRegistry({ domain: server.domain, credentials: async () => credentials });
    await registry.manifest("a", "x");
    expect(tokenRequests(server)[0]?.headers.get("authorization")).toBe(basic);
  });

  test.each<[string, () => Response, RegistryError["kind"]]>([
    ["wrong credentials", () => new Response("", { status: 401 }), "unauthorized"],
    ["an outage", () => new Response("", { status: 502 }), "unreachable"],
    ["HTML", () => new Response("<html>"), "invalid"],
    ["no token", () => Response.json({}), "invalid"],
    ["a token that is no good", () => Response.json({ token: "bad" }), "unauthorized"],
    ["a redirect", () => Response.redirect("http://127.0.0.1:1/", 302), "unauthorized"],
  ])("a token service with %s ends with one sentence", async (_, answer, kind) => {
    using server = tokenRegistry(answer);
    const error = await failure(openRegistry({ domain: server.domain, credentials }).manifest("a", "x"));
    expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(/^The [^\n]+\.$/)]);
    expect(error.message).not.toContain("wörd");
  });
});

describe("basic authentication", () => {
  test("credentials are sent when asked for, and without any the sentence says so", async () => {
    using server = hostileServer({
      "/v2/a/manifests/x": ({ headers }) =>
        headers.get("authorization") === basic
          ? new Response(manifest)
          : new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="registry"' } }),
    });
    await openRegistry({ domain: server.domain, credentials }).manifest("a", "x");
    expect(server.requests.map(({ headers }) => headers.get("authorization"))).toEqual([null, basic]);
    const error = await failure(openRegistry({ domain: server.domain }).manifest("a", "x"));
    expect([error.kind, error.message]).toEqual([
      "unauthorized",
      expect.stringContaining("check the credentials"),
    ]);
  });
});

test.each(["http://auth.example.com/token", "file:///etc/passwd", "nowhere"])(
  "a registry that uses TLS cannot have credentials sent to %p",
  async (realm) => {
    const asked: string[] = [];
    const registry = openRegistry({
      domain: "registry.example.com",
      credentials,
      fetch: async (url) => {
        asked.push(url);
        return new Response("", { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}"` } });
      },
    });
    expect((await failure(registry.manifest("a", "x"))).kind).toBe("invalid");
    expect(asked).toHaveLength(1);
  },
);
