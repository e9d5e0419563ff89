import type { DeploymentId } from "@platz/domain";
import { base64url, SignJWT } from "jose";
import { type SigningKeys, signingAlgorithms } from "./signing-keys.ts";

/** How long a request of ours can be recognised as ours. */
const TTL_SECONDS = 300;

/** What is asked of an application, exactly as it is sent. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  /** Absent where nothing is sent. */
  readonly body?: string | undefined;
}

/** The headers that make a request to a deployment's application recognisable as ours, and as this very request. */
export type OutgoingSigner = (
  deploymentId: DeploymentId,
  request: OutgoingRequest,
) => Promise<Record<string, string>>;

/** The claims by which a token is good for one request alone; published, so that applications may demand them. */
export const requestClaims = ["method", "target", "body_sha256"] as const;

/**
 * Signs requests by a token (JWT, ES256, five minutes) that an application checks by our published keys: `iss` is our
 * own address, with the keys below it at `/.well-known/jwks.json`, `aud` the origin that is asked, `sub` the deployment.
 * It is good for nothing but this request: `method`, `target` (path and query) and `body_sha256` (of no bytes, where
 * there is no body) say which.
 */
export function createOutgoingSigner(
  keys: SigningKeys,
  { issuer, now = () => new Date() }: { readonly issuer: string; readonly now?: () => Date },
): OutgoingSigner {
  return async (deploymentId, request) => {
    const { id, key } = await keys.current();
    const issuedAt = Math.floor(now().getTime() / 1000);
    const { origin } = new URL(request.url);
    const token = await new SignJWT(await claimsOf(request))
      .setProtectedHeader({ typ: "JWT", alg: signingAlgorithms.outgoing, kid: id })
      .setIssuer(issuer)
      .setAudience(origin)
      .setSubject(deploymentId)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + TTL_SECONDS)
      .setJti(crypto.randomUUID())
      .sign(key);
    return { authorization: `Bearer ${token}` };
  };
}

async function claimsOf({
  method,
  url,
  body = "",
}: OutgoingRequest): Promise<Record<(typeof requestClaims)[number], string>> {
  const { pathname, search } = new URL(url);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  return { method, target: `${pathname}${search}`, body_sha256: base64url.encode(new Uint8Array(digest)) };
}
