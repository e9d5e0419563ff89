import { lookup as systemLookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { type AddressRules, addressPolicy } from "./address-policy.ts";
import { callFailure } from "./call-failure.ts";
import { EgressError } from "./egress-error.ts";
import { resolveOverrides } from "./resolve-overrides.ts";
import { type Destination, type EgressResponse, type Message, sendRequest } from "./send-request.ts";

export interface EgressSettings extends AddressRules {
  /** Domain to `host:port` or `http://host:port`: see `resolveOverrides`. */
  readonly resolveOverrides?: Readonly<Record<string, string>>;
  /** The addresses of a host. Default: the system's resolver. */
  readonly lookup?: (hostname: string) => Promise<readonly string[]>;
  /** Certificate authorities in PEM, instead of the system's. */
  readonly ca?: string;
}

export interface EgressRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole call, name resolution included. Default 10 s. */
  readonly timeoutMs?: number;
  /** Of the body. Default 1 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** The one way to call an address that a chart or a person chose. */
export interface Egress {
  /**
   * Makes one call. A host is resolved once and only an address that passed the rules is connected to, so a name that
   * resolves differently a moment later gains nothing. Any status except a redirect is an answer. Failures are
   * `EgressError`s, except the caller's own abort.
   */
  request(request: EgressRequest): Promise<EgressResponse>;
}

/** How many of a host's addresses are tried, one after the other, when one cannot be connected to. */
const ADDRESSES_MAX = 3;
/** Headers that frame the message; a caller that could set them could smuggle another one. */
const framing = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "expect",
  "te",
]);
const notConnected = new Set(["ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL"]);

/** An egress with these rules. Throws for a rule or an override that is none, so that a typing error shows at start. */
export function createEgress(settings: EgressSettings = {}): Egress {
  const policy = addressPolicy(settings);
  const findOverride = resolveOverrides(settings.resolveOverrides ?? {});
  const lookup = settings.lookup ?? lookupAll;

  async function destinations(url: URL): Promise<Destination[]> {
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const override = findOverride(hostname);
    const isTls = url.protocol === "https:" && !override?.plainHttp;
    const port = override?.port ?? Number(url.port || (isTls ? 443 : 80));
    const found = await addressesOf(override?.host ?? hostname, lookup);
    const permitted = override ? found : found.filter((address) => policy.permits(hostname, address));
    if (permitted.length === 0) {
      throw new EgressError("blocked", `${url.hostname} is in a network that may not be called.`);
    }
    return permitted
      .slice(0, ADDRESSES_MAX)
      .map((address) => ({ address, port, isTls, url, ca: settings.ca }));
  }

  return {
    async request(request) {
      const timeoutMs = request.timeoutMs ?? 10_000;
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
      const url = parseUrl(request.url);
      const message = toMessage(request, signal);
      try {
        signal.throwIfAborted();
        return await sendToFirst(await orAbort(destinations(url), signal), message);
      } catch (cause) {
        if (cause instanceof EgressError) throw cause;
        request.signal?.throwIfAborted();
        throw callFailure(cause, url.hostname, timeout.aborted ? timeoutMs : undefined);
      }
    },
  };
}

async function sendToFirst(all: readonly Destination[], message: Message): Promise<EgressResponse> {
  for (const [index, destination] of all.entries()) {
    try {
      return await sendRequest(destination, message);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      // Nothing was sent yet, so trying the next address repeats nothing.
      if (index === all.length - 1 || !notConnected.has(code)) throw error;
    }
  }
  throw new Error("there was no destination");
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new EgressError("blocked", "Only http and https addresses may be called.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new EgressError("blocked", "An address with a user name or password in it may not be called.");
  }
  return url;
}

function toMessage(request: EgressRequest, signal: AbortSignal): Message {
  const { body, maxBytes = 1024 * 1024 } = request;
  // `Headers` refuses line breaks and what else is no header.
  const headers = [...new Headers(request.headers)].filter(([name]) => !framing.has(name));
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { method: request.method, headers: Object.fromEntries(headers), body: bytes, maxBytes, signal };
}

async function addressesOf(
  host: string,
  lookup: (hostname: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return ipaddr.isValid(host) ? [host] : lookup(host);
}

async function lookupAll(hostname: string): Promise<readonly string[]> {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address }) => address);
}

/** Resolvers cannot be interrupted; the wait for one can. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
