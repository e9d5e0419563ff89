import { base64url } from "jose";
import { Refusal } from "../refusal.ts";
import { readBytes } from "../serve/read-body.ts";

/** What a token says of the request that it is for. */
type Claims = Readonly<Record<string, unknown>>;

/** A claim that binds a token to its request: what is wrong with the request, or nothing. */
type Check = (asked: Asked, claim: unknown) => string | undefined | Promise<string | undefined>;

interface Asked {
  readonly request: Request;
  readonly maxBodyBytes: number;
}

/** The claims that bind a token to one request, by name. Those that Platz publishes (`platz_request_claims`) have to be there. */
const checks: Readonly<Record<string, Check>> = {
  method: ({ request }, claim) => (claim === request.method ? undefined : "it is for another method"),
  target: ({ request }, claim) => (claim === targetOf(request.url) ? undefined : "it is for another path"),
  async body_sha256({ request, maxBodyBytes }, claim) {
    // What a server does not hand over of a GET, the application does not see either.
    if (request.body === null && ["GET", "HEAD"].includes(request.method)) return undefined;
    return claim === (await digestOf(request, maxBodyBytes)) ? undefined : "it is for another body";
  },
};

/**
 * Refuses a request that is not the one its token was made for, and a token without a claim that Platz publishes that it
 * makes. What is there is compared also where nothing is published. Reads a copy of the body, and only of a request that
 * is right in everything else.
 */
export async function requireSameRequest(
  asked: Asked,
  claims: Claims,
  published: ReadonlySet<string>,
): Promise<void> {
  for (const [name, check] of Object.entries(checks)) {
    const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (claim === undefined && !published.has(name)) continue;
    const problem = await check(asked, claim);
    if (problem === undefined) continue;
    throw new Refusal(`The token of this request does not count: ${problem}.`, { status: 401 });
  }
}

function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** SHA-256 in base64url, as the claim has it. */
async function digestOf(request: Request, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request.clone(), maxBytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return base64url.encode(digest);
}
