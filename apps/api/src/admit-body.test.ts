import { expect, test } from "bun:test";
import { CallersAtOnce } from "@platz/api";
import { TooManyRequests, Unauthenticated } from "@platz/domain";
import type { ServiceContext } from "@platz/services";
import { createLogger, createMetrics } from "@platz/telemetry";
import { type AdmissionOptions, admitBody } from "./admit-body.ts";
import { frontDoor } from "./front-door.ts";
import { listen } from "./listen.ts";
import type { RequestFacts } from "./request-facts.ts";
import { Refusal } from "./routes/problem.ts";
import { rawRequest } from "./testing/raw-request.ts";

const log = createLogger({ name: "api", level: "silent" });
const never = new AbortController().signal;
const KNOWN = "Bearer known";

/** Who has the header is a caller by the name of it; nobody else is. */
const identify: AdmissionOptions["identify"] = async ({ headers }) => {
  const name = headers.get("authorization");
  if (name === null) throw new Unauthenticated("Sign in first.");
  return { identity: { kind: "User", id: name } } as unknown as ServiceContext;
};

function rules(changes: Partial<AdmissionOptions> = {}): AdmissionOptions {
  return { atOnce: new CallersAtOnce(), identify, ...changes };
}

/** A request as it arrives from an address. */
function arrived(request: Request, pathname = "/trpc/envs.create", address = "192.0.2.1") {
  const facts: RequestFacts = { requestId: "r", address, log };
  return { request, pathname, facts };
}

/** A request whose body comes piece by piece, as it is read, and says how many pieces were. */
function piecewise(pieces: number, size: number, headers: Record<string, string> = {}) {
  const taken = { pieces: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken.pieces === pieces) return controller.close();
        taken.pieces += 1;
        controller.enqueue(new Uint8Array(size));
      },
      cancel() {
        taken.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request("http://x/", { method: "POST", body, headers, duplex: "half" } as RequestInit);
  return { request, taken };
}

/** A request whose body never ends. */
function unfinished(headers: Record<string, string> = {}) {
  const body = new ReadableStream<Uint8Array>({ pull: () => new Promise<void>(() => {}) });
  return new Request("http://x/", { method: "POST", body, headers, duplex: "half" } as RequestInit);
}

test("of a stranger's body no more than a little is read, and of a known caller's all", async () => {
  const stranger = piecewise(100, 8 * 1024);
  using nothing = await admitBody(arrived(stranger.request), rules());
  expect(nothing.bytes).toBeNull();
  await expect(nothing.caller).rejects.toThrow("Sign in first.");
  expect(stranger.taken).toEqual({ pieces: 3, isCancelled: true });
  const known = piecewise(100, 8 * 1024, { authorization: KNOWN });
  using all = await admitBody(arrived(known.request), rules());
  expect(all.bytes?.byteLength).toBe(100 * 8 * 1024);
});

test("a length that is declared decides before anything is read, and what is public takes little of anybody", async () => {
  const declared = (headers: Record<string, string>) =>
    piecewise(10, 8 * 1024, { "content-length": "81920", ...headers });
  const stranger = declared({});
  using _body = await admitBody(arrived(stranger.request), rules());
  expect(stranger.taken.pieces).toBe(0);
  const known = declared({ authorization: KNOWN });
  for (const path of [
    "/trpc/signIn.start",
    "/trpc/signIn.start,signIn.finish",
    "/trpc/none",
    "/auth/logout",
  ]) {
    await expect(admitBody(arrived(known.request, path), rules())).rejects.toThrow(
      "send at most 16384 bytes",
    );
  }
  expect(known.taken.pieces).toBe(0);
  const lying = piecewise(1000, 8 * 1024, { "content-length": "1", authorization: KNOWN });
  await expect(admitBody(arrived(lying.request), rules())).rejects.toThrow("send at most 2097152 bytes");
  expect(lying.taken.pieces).toBeLessThan(300);
});

test("a body that does not arrive in time is 408, and is waited for no longer", async () => {
  const request = unfinished();
  const refused = admitBody(arrived(request, "/trpc/signIn.start"), rules({ bodyMs: 20 }));
  await expect(refused).rejects.toThrow(Refusal);
  await expect(refused).rejects.toMatchObject({ status: 408 });
});

test("a connection that sends a byte now and then is closed with 408 when the time is over", async () => {
  const handler = frontDoor(() => new Response("ok"), {
    ...rules({ bodyMs: 300 }),
    log,
    metrics: createMetrics(),
    draining: never,
    stopping: never,
    trustedProxies: [],
  });
  await using server = listen(handler, { host: "127.0.0.1", port: 0, graceMs: 0 });
  const head = "POST /trpc/signIn.start HTTP/1.1\r\nHost: x\r\n";
  let timer: ReturnType<typeof setInterval> | undefined;
  const chunked = await rawRequest(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n`, (write) => {
    timer = setInterval(() => write("1\r\nx\r\n"), 20);
  });
  clearInterval(timer);
  expect(chunked).toStartWith("HTTP/1.1 408");
  expect(chunked).toContain("did not arrive within 0.3 seconds");
  expect(await rawRequest(server.port, `${head}Content-Length: 100\r\n\r\nx`)).toStartWith("HTTP/1.1 408");
});

test("strangers who keep requests unfinished are stopped by address, all of a /64 as one, and nobody else", async () => {
  const door = rules();
  const send = (request: Request, address: string) =>
    admitBody(arrived(request, "/trpc/envs.create", address), door);
  for (let i = 0; i < 256; i += 1) void send(unfinished(), `2001:db8::${(i + 1).toString(16)}`);
  const small = (headers: Record<string, string> = {}) => piecewise(1, 10, headers).request;
  await expect(send(small(), "2001:db8::ffff")).rejects.toThrow(TooManyRequests);
  await expect(send(small(), "2001:db8::ffff")).rejects.toThrow("unfinished requests from your address");
  using neighbour = await send(small({ authorization: KNOWN }), "2001:db8::ffff");
  expect(neighbour.bytes?.byteLength).toBe(10);
  using elsewhere = await send(small(), "2001:db8:0:1::1");
  expect(elsewhere.bytes?.byteLength).toBe(10);
});

test("a caller has so many large requests at once, and those that are answered count no more", async () => {
  const door = rules();
  const send = (name: string) =>
    admitBody(arrived(piecewise(3, 8 * 1024, { authorization: name }).request), door);
  const held = await Promise.all(Array.from({ length: 16 }, () => send(KNOWN)));
  await expect(send(KNOWN)).rejects.toThrow("You have 16 large requests under way");
  (await send("Bearer other"))[Symbol.dispose]();
  held.pop()?.[Symbol.dispose]();
  (await send(KNOWN))[Symbol.dispose]();
  for (const body of held) body[Symbol.dispose]();
  expect(door.atOnce.figures()).toContainEqual({ what: "large bodies", count: 0, refused: 1 });
});
