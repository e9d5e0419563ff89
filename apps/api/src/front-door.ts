import { routeMatrix } from "@platz/api";
import { failSpan, inSpan, type Logger, type Metrics, noteOnSpan } from "@platz/telemetry";
import { type AdmissionOptions, admitBody } from "./admit-body.ts";
import { clientAddress, type TrustedProxies } from "./client-address.ts";
import { noteFacts, type RequestFacts } from "./request-facts.ts";
import { problemOf, problemResponse, Refusal } from "./routes/problem.ts";

/** Answers a request, on whatever runtime. */
export type FetchHandler = (request: Request, peer?: Peer) => Response | Promise<Response>;

/** The other end of the connection that a request came by. */
export interface Peer {
  readonly address: string | undefined;
}

export interface FrontDoorOptions extends AdmissionOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Aborted when callers are to connect elsewhere. */
  readonly draining: AbortSignal;
  /** Ends streams that would never end by themselves. */
  readonly stopping: AbortSignal;
  /** Networks whose `x-forwarded-for` is believed. */
  readonly trustedProxies: TrustedProxies;
}

/** The paths of the matrix, without their methods. */
const routes = Object.keys(routeMatrix).map((route) => route.replace(/^\w+ /, ""));

/**
 * What every request passes: a cap on its body and on the time that it takes to arrive, an id that the answer and the log
 * share, a figure for the metrics, and an answer even when the inside fails.
 */
export function frontDoor(inside: FetchHandler, options: FrontDoorOptions): FetchHandler {
  const { metrics, draining, stopping } = options;
  const noteProxy = onceAboutProxies(options);
  return async (request, peer) => {
    const started = performance.now();
    const requestId = crypto.randomUUID();
    const forwardedFor = request.headers.get("x-forwarded-for");
    if (forwardedFor !== null) noteProxy();
    const address = clientAddress(peer?.address, forwardedFor, options.trustedProxies);
    const log = options.log.child({ requestId, ...callersOwnId(request) });
    const url = URL.parse(request.url);
    const pathname = url?.pathname ?? "";
    const route = routeOf(pathname);
    const response = await answer(url, request, { requestId, address, log }).catch((error: unknown) => {
      const problem = problemOf(error);
      if (problem.isOurs) log.error({ error, path: pathname }, "a request failed");
      else log.info({ reason: problem.message, path: pathname }, "a request was refused");
      return problemResponse(problem);
    });
    response.headers.set("x-request-id", requestId);
    response.headers.set("x-content-type-options", "nosniff");
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    // A connection that stays open would bring the next request here as well, or the rest of a body that nobody reads.
    if (draining.aborted || response.status === 408) response.headers.set("connection", "close");
    const seconds = (performance.now() - started) / 1000;
    const { method } = request;
    metrics.observeRequest({ method: methodOf(method), route, status: response.status, seconds });
    log.debug({ method, path: pathname, status: response.status, seconds }, "answered");
    return response;
  };

  /** Under a host name of our own: Elysia looks for the path from a fixed place on, which a short host name shifts. */
  async function answer(url: URL | null, request: Request, facts: RequestFacts): Promise<Response> {
    if (url === null) {
      throw new Refusal(
        400,
        "The Host header of this request is no host name: send the name of this server.",
      );
    }
    using body = await admitBody({ request, pathname: url.pathname, facts }, options);
    const { method, headers } = request;
    const isStream = headers.get("accept")?.includes("text/event-stream") === true;
    const signal = isStream ? AbortSignal.any([request.signal, stopping]) : request.signal;
    const inner = new Request(`http://localhost${url.pathname}${url.search}`, {
      method,
      headers,
      signal,
      ...(body.bytes === null ? {} : { body: body.bytes }),
    });
    noteFacts(inner, body.caller === undefined ? facts : { ...facts, caller: body.caller });
    const route = routeOf(url.pathname);
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

/** Says once, when a proxy seems to stand in front, that what it says of its callers is not believed. */
function onceAboutProxies({ log, trustedProxies }: FrontDoorOptions): () => void {
  let isSaid = trustedProxies.length > 0;
  return () => {
    if (isSaid) return;
    isSaid = true;
    log.warn(
      "a request came with X-Forwarded-For, which nobody is trusted to write: if a proxy stands in front, set API_TRUSTED_PROXIES, else all its callers count as one address",
    );
  };
}

/** The id that the caller gave the request, for the log alone, where both sides' lines can be joined by it. */
function callersOwnId(request: Request): { readonly callerRequestId?: string } {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w.-]{1,100}$/.test(given) ? { callerRequestId: given } : {};
}

/** Callers can choose any path and method; the metrics must not grow with them. */
function routeOf(pathname: string): string {
  if (pathname.startsWith("/trpc/")) return "/trpc/*";
  return routes.includes(pathname) ? pathname : "other";
}

function methodOf(method: string): string {
  return ["GET", "POST"].includes(method) ? method : "other";
}
