import { Unauthenticated, type UserTokenId } from "@platz/domain";
import { parseApiToken } from "./api-token.ts";

/** What a request brings to say who sent it. */
export type Credential =
  | { readonly kind: "access-token"; readonly token: string }
  | { readonly kind: "api-token"; readonly id: UserTokenId; readonly secretHash: string };

/**
 * The credential of a request, or `undefined` when it has none. `x-platz-token` decides alone when it is there, then
 * `Authorization: Bearer`; either header takes either kind of token (API spec 3.2 and 3.4, W-61). Throws
 * `Unauthenticated` for a header that holds neither kind.
 */
export function readCredential(headers: Headers): Credential | undefined {
  const own = headers.get("x-platz-token");
  if (own !== null) return credentialOf(own.trim());
  const authorization = headers.get("authorization");
  if (authorization === null) return undefined;
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
