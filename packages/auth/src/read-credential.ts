import { Forbidden, Unauthenticated } from "@platz/domain";
import { parseApiToken } from "./api-token.ts";
import { sessionCookie } from "./own-cookie.ts";

/** What a request brings to say who sent it. `id` is the row of the token or session, `secretHash` what must be found there. */
export type Credential =
  | { readonly kind: "access-token"; readonly token: string }
  | { readonly kind: "api-token"; readonly id: string; readonly secretHash: string }
  | { readonly kind: "session"; readonly id: string; readonly secretHash: string };

/**
 * The credential of a request, or `undefined` when it has none. `x-platz-token` decides alone when it is there, then
 * `Authorization: Bearer`; either header takes either kind of token (API spec 3.2 and 3.4, W-61). Without both, the
 * session cookie of a browser counts, for requests from our own pages. Throws `Unauthenticated` for a header that holds
 * neither kind, and `Forbidden` for a cookie that another site had the browser send.
 */
export function readCredential(request: Request, ownUrl: URL): Credential | undefined {
  const own = request.headers.get("x-platz-token");
  if (own !== null) return credentialOf(own.trim());
  const authorization = request.headers.get("authorization");
  if (authorization === null) return readSession(request, ownUrl);
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (token === undefined) {
    throw new Unauthenticated("The Authorization header must be: Bearer, a space and a token.");
  }
  return credentialOf(token);
}

function credentialOf(token: string): Credential {
  const apiToken = parseApiToken(token);
  if (apiToken !== undefined) return { kind: "api-token", ...apiToken };
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return { kind: "access-token", token };
  throw new Unauthenticated(
    "This is neither an access token nor an API token: sign in, or make a new token.",
  );
}

function readSession(request: Request, ownUrl: URL): Credential | undefined {
  const value = sessionCookie(ownUrl).read(request);
  const session = value === undefined ? undefined : parseApiToken(value);
  if (session === undefined) return undefined;
  requireOwnPage(request, ownUrl);
  return { kind: "session", ...session };
}

/**
 * Refuses a request that carries a cookie unless a page of ours sent it. What changes something has to say from which
 * origin it comes; what reads may leave that out, since no other site can see the answer.
 */
function requireOwnPage(request: Request, ownUrl: URL): void {
  const [origin, site] = [request.headers.get("origin"), request.headers.get("sec-fetch-site")];
  const isOwn = origin === null ? site === "same-origin" : origin === ownUrl.origin;
  const mayBeSilent =
    ["GET", "HEAD"].includes(request.method) && origin === null && (site ?? "none") === "none";
  if (isOwn || mayBeSilent) return;
  throw new Forbidden(
    "A page of another site sent this with your session: send a token, or use our own pages.",
  );
}
