import { failSpan, inSpan, type Logger, type Metrics, noteOnSpan } from "@platz/telemetry";
import { clientAddress, type TrustedProxies } from "./client-address.ts";
import { BODY_BYTES_MAX, limitBody } from "./limit-body.ts";
import { noteFacts, type RequestFacts } from "./request-facts.ts";
import { problemOf, problemResponse } from "./routes/problem.ts";

/** Answers a request, on whatever runtime. */
export type FetchHandler = (request: Request, peer?: Peer) => Response | Promise<Response>;

/** The other end of the connection that a request came by. */
export interface Peer {
  readonly address: string | undefined;
}

export interface FrontDoorOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Aborted when callers are to connect elsewhere. */
  readonly draining: AbortSignal;
  /** Ends streams that would never end by themselves. */
  readonly stopping: AbortSignal;
  /** Networks whose `x-forwarded-for` is believed. */
  readonly trustedProxies: TrustedProxies;
}

const routes = [
  "/status",
  "/ready",
  "/metrics",
  "/auth/login",
  "/auth/google/callback",
  "/auth/logout",
  "/audit/export",
  "/.well-known/jwks.json",
];

/**
 * What every request passes: a cap on its body, an id that the answer and the log share, a figure for the metrics, and
 * an answer even when the inside fails.
 */
export function frontDoor(inside: FetchHandler, options: FrontDoorOptions): FetchHandler {
  const { metrics, draining, stopping } = options;
  return async (request, peer) => {
    const started = performance.now();
    const requestId = requestIdOf(request);
    const { pathname, search } = new URL(request.url);
    const forwardedFor = request.headers.get("x-forwarded-for");
    const address = clientAddress(peer?.address, forwardedFor, options.trustedProxies);
    const log = options.log.child({ requestId });
    const facts = { requestId, address, log };
    const url = `http://localhost${pathname}${search}`;
    const response = await answer(url, request, facts).catch((error: unknown) => {
      const { status, message } = problemOf(error);
      log.error({ error, path: pathname }, "a request failed");
      return problemResponse({ status, message });
    });
    response.headers.set("x-request-id", requestId);
    response.headers.set("x-content-type-options", "nosniff");
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    // A connection that stays open would bring the next request here as well.
    if (draining.aborted) response.headers.set("connection", "close");
    const seconds = (performance.now() - started) / 1000;
    const { method } = request;
    metrics.observeRequest({
      method: methodOf(method),
      route: routeOf(pathname),
      status: response.status,
      seconds,
    });
    log.debug({ method, path: pathname, status: response.status, seconds }, "answered");
    return response;
  };

  /** Under a host name of our own: Elysia looks for the path from a fixed place on, which a short host name shifts. */
  async function answer(url: string, request: Request, facts: RequestFacts): Promise<Response> {
    const body = await limitBody(request);
    if (body === undefined) {
      return problemResponse({
        status: 413,
        message: `The request is too large: send at most ${BODY_BYTES_MAX} bytes.`,
      });
    }
    const { method, headers } = request;
    const isStream = headers.get("accept")?.includes("text/event-stream") === true;
    const signal = isStream ? AbortSignal.any([request.signal, stopping]) : request.signal;
    const inner = new Request(url, { method, headers, signal, ...(body === null ? {} : { body }) });
    noteFacts(inner, facts);
    const route = routeOf(new URL(url).pathname);
    return probes.has(route) ? await inside(inner) : await traced(inner, route, facts);
  }

  async function traced(inner: Request, route: string, { requestId }: RequestFacts): Promise<Response> {
    const method = methodOf(inner.method);
    const attributes = { "http.request.method": method, "http.route": route, "platz.request_id": requestId };
    const parent = inner.headers.get("traceparent");
    return await inSpan(`${method} ${route}`, { kind: "server", parent, attributes }, async () => {
      const response = await inside(inner);
      noteOnSpan({ "http.response.status_code": response.status });
      if (response.status >= 500) failSpan(String(response.status));
      return response;
    });
  }
}

/** What machines ask every few seconds: no trace of it is worth keeping. */
const probes: ReadonlySet<string> = new Set(["/status", "/ready", "/metrics"]);

/** The caller's own id when it has a harmless form, so that logs of both sides can be joined. */
function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id") ?? "";
  return /^[\w.-]{1,100}$/.test(given) ? given : crypto.randomUUID();
}

/** Callers can choose any path and method; the metrics must not grow with them. */
function routeOf(pathname: string): string {
  if (pathname.startsWith("/trpc/")) return "/trpc/*";
  return routes.includes(pathname) ? pathname : "other";
}

function methodOf(method: string): string {
  return ["GET", "POST"].includes(method) ? method : "other";
}
