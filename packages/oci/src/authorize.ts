import { z } from "zod";
import type { Challenge } from "./parse-challenge.ts";
import { readBody } from "./read-body.ts";
import { RegistryError } from "./registry-error.ts";

/** What a registry knows the caller by. ECR's pair is short-lived, so it may be given as a function. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** A function that cannot give any throws an `Error` whose message is a sentence for a person, without a secret. */
export type CredentialsSource =
  | RegistryCredentials
  | ((signal: AbortSignal) => Promise<RegistryCredentials | undefined>);

/** `fetch` as far as it is needed here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An `Authorization` header and when it stops being good, in ms since the epoch. */
export interface Authorization {
  readonly header: string;
  readonly expiresAtMs: number;
}

interface Asking {
  readonly challenge: Challenge;
  readonly scope: string;
  readonly origin: string;
  readonly domain: string;
  readonly credentials: CredentialsSource | undefined;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly nowMs: number;
}

const TokenAnswer = z.object({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z.number().nonnegative().optional(),
});

const TOKEN_BYTES_MAX = 256 * 1024;
/** What the token specification assumes when a server does not say. */
const TOKEN_LIFETIME_S = 60;
const EXPIRY_MARGIN_MS = 10_000;

/**
 * Answers a registry's challenge: basic credentials, or a token from its realm, anonymous when there are no credentials.
 * `undefined` when there is nothing to answer with. Never sends credentials in plain HTTP for a registry that uses TLS.
 */
export async function authorize(asking: Asking): Promise<Authorization | undefined> {
  const { challenge, credentials, nowMs } = asking;
  const pair = typeof credentials === "function" ? await ask(credentials, asking) : credentials;
  const basic = pair === undefined ? undefined : `Basic ${toBase64(`${pair.username}:${pair.password}`)}`;
  if (challenge.scheme === "basic")
    return basic === undefined ? undefined : { header: basic, expiresAtMs: nowMs + 60_000 };
  const answer = await askRealm(asking, challenge, basic);
  const token = answer.token ?? answer.access_token;
  if (token === undefined) throw unreadable(asking.domain);
  const lifetimeMs = (answer.expires_in ?? TOKEN_LIFETIME_S) * 1000;
  return { header: `Bearer ${token}`, expiresAtMs: nowMs + lifetimeMs - EXPIRY_MARGIN_MS };
}

async function ask(
  credentials: Extract<CredentialsSource, (signal: AbortSignal) => unknown>,
  { domain, signal }: Asking,
): Promise<RegistryCredentials | undefined> {
  try {
    return await credentials(signal);
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : "";
    throw new RegistryError("unreachable", `There is no login for the registry ${domain}. ${why}`.trimEnd(), {
      cause,
    });
  }
}

async function askRealm(
  { scope, origin, domain, fetch, signal }: Asking,
  challenge: Challenge & { readonly scheme: "bearer" },
  basic: string | undefined,
): Promise<z.output<typeof TokenAnswer>> {
  const url = URL.parse(challenge.realm);
  const schemes = origin.startsWith("https:") ? ["https:"] : ["https:", "http:"];
  if (url === null || !schemes.includes(url.protocol)) throw unreadable(domain);
  if (challenge.service !== undefined) url.searchParams.set("service", challenge.service);
  url.searchParams.set("scope", challenge.scope ?? scope);
  const response = await fetch(url.href, {
    headers: { accept: "application/json", ...(basic !== undefined && { authorization: basic }) },
    redirect: "manual",
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status >= 500 || response.status === 429) {
      throw new RegistryError("unreachable", `The sign-in service of registry ${domain} is not available.`);
    }
    throw new RegistryError(
      "unauthorized",
      `The registry ${domain} refused to sign us in; check its user name and password.`,
    );
  }
  const body = await readBody(response, TOKEN_BYTES_MAX, `The sign-in answer of registry ${domain}`);
  try {
    return TokenAnswer.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw unreadable(domain, cause);
  }
}

function unreadable(domain: string, cause?: unknown): RegistryError {
  const message = `The registry ${domain} asks for a sign-in that cannot be followed; check its address.`;
  return new RegistryError("invalid", message, { cause });
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
