import { type Authorization, authorize, type CredentialsSource, type Fetch } from "./authorize.ts";
import { rateLimited } from "./keep-quiet.ts";
import { parseChallenge } from "./parse-challenge.ts";
import type { RegistryAddress } from "./parse-registry-address.ts";
import { parseRetryAfter } from "./parse-retry-after.ts";
import { RegistryError } from "./registry-error.ts";

export interface RegistryRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  /** A path under the registry's origin, or an address within it that the registry gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** The token scope that the request needs. */
  readonly scope: string;
  /** What is asked for, for messages: "tag 1.0 of charts/paint". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface TransportOptions {
  readonly address: RegistryAddress;
  readonly credentials: CredentialsSource | undefined;
  readonly fetch: Fetch;
  readonly signal: AbortSignal | undefined;
  /** For an exchange whole: sign-in, redirects and the body. */
  readonly timeoutMs: number;
}

/** Sends one request and reads its answer; every failure is a `RegistryError`, except the caller's own abort. */
export type Exchange = <T>(request: RegistryRequest, read: (response: Response) => Promise<T>) => Promise<T>;

const REDIRECTS_MAX = 5;

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** One registry over HTTP: sign-in as the registry asks for it, redirects without credentials, time limits. */
export function createTransport(options: TransportOptions): Exchange {
  const { address, fetch } = options;
  const authorizations = new Map<string, Authorization>();

  async function send(request: RegistryRequest, signal: AbortSignal): Promise<Response> {
    const known = authorizations.get(request.scope);
    const fresh = known !== undefined && known.expiresAtMs > Date.now() ? known : undefined;
    const response = await follow(request, fresh, signal);
    const challenge = response.status === 401 && parseChallenge(response.headers.get("www-authenticate"));
    if (!challenge) return response;
    await response.body?.cancel();
    const { scope } = request;
    const { origin, domain } = address;
    const { credentials } = options;
    const nowMs = Date.now();
    const answer = await authorize({ challenge, scope, origin, domain, credentials, fetch, signal, nowMs });
    if (answer === undefined) throw unauthorized(address.domain, request.what);
    authorizations.set(scope, answer);
    return follow(request, answer, signal);
  }

  async function follow(
    request: RegistryRequest,
    authorization: Authorization | undefined,
    signal: AbortSignal,
  ) {
    let url = new URL(request.path, address.origin);
    if (url.origin !== address.origin) throw strayed(address.domain);
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      // Storage behind a registry signs its own addresses; our credentials are the registry's alone.
      const credential = url.origin === address.origin ? authorization : undefined;
      const response = await fetch(url.href, { ...requestInit(request, credential), signal });
      if (!redirectStatuses.has(response.status)) return response;
      await response.body?.cancel();
      url = redirectTarget(address, request, URL.parse(response.headers.get("location") ?? "", url));
    }
    throw strayed(address.domain);
  }

  return async (request, read) => {
    const timeoutMs = request.timeoutMs ?? options.timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const caller = AbortSignal.any([options.signal, request.signal].filter((signal) => signal !== undefined));
    try {
      const response = await send(request, AbortSignal.any([timeout, caller]));
      // Not modified: an answer only to what was asked with a condition.
      if (!response.ok && response.status !== 304)
        throw await errorOf(response, address.domain, request.what);
      return await read(response);
    } catch (cause) {
      if (cause instanceof RegistryError) throw cause;
      caller.throwIfAborted();
      throw unreachable(address.domain, cause, timeout.aborted ? timeoutMs : undefined);
    }
  };
}

function unreachable(domain: string, cause: unknown, timeoutMs: number | undefined): RegistryError {
  const why = timeoutMs === undefined ? "cannot be reached" : `did not answer within ${timeoutMs / 1000} s`;
  return new RegistryError("unreachable", `The registry ${domain} ${why}.`, { cause });
}

function requestInit(request: RegistryRequest, authorization: Authorization | undefined): RequestInit {
  const headers = new Headers(request.headers);
  if (authorization !== undefined) headers.set("authorization", authorization.header);
  return { method: request.method, headers, body: request.body ?? null, redirect: "manual" };
}

function redirectTarget(address: RegistryAddress, { method }: RegistryRequest, url: URL | null): URL {
  const isSafe =
    url?.protocol === "https:" || (url?.protocol === "http:" && address.origin.startsWith("http:"));
  if (url === null || !isSafe || (method !== "GET" && method !== "HEAD")) throw strayed(address.domain);
  return url;
}

async function errorOf(response: Response, domain: string, what: string): Promise<RegistryError> {
  await response.body?.cancel();
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
  if (status === 401 || status === 403) return unauthorized(domain, what);
  if (status === 404) return new RegistryError("not-found", `The registry ${domain} has no ${what}.`);
  if (status === 429) return rateLimited(domain, retryAfterMs);
  const kind = status >= 500 ? "unreachable" : "invalid";
  const message = `The registry ${domain} answered with status ${status} when asked for ${what}.`;
  return new RegistryError(kind, message, { retryAfterMs });
}

function unauthorized(domain: string, what: string): RegistryError {
  const message = `The registry ${domain} does not give us ${what}; check the credentials for it.`;
  return new RegistryError("unauthorized", message);
}

function strayed(domain: string): RegistryError {
  const message = `The registry ${domain} redirects to where it cannot be followed; check its address.`;
  return new RegistryError("invalid", message);
}
