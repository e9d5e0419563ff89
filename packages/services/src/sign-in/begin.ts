import { createOneTimeSecret, hashOneTimeSecret, isOneTimeSecret, type OidcClient } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { insertSignInAttempt } from "@platz/db/queries/sign-in-attempts";
import { countVisit, type Visitor } from "./visitor.ts";

/** How long a person may take at the provider. */
export const SIGN_IN_ATTEMPT_TTL_MS = 10 * 60_000;

export interface BeginSignInDependencies {
  readonly db: Queryable;
  readonly oidc: OidcClient;
  now(): Date;
}

export interface BegunSignIn {
  /** The provider's page, where the browser goes next. */
  readonly redirectUrl: string;
  /** What the browser keeps to itself and brings back, so that nobody else can finish its sign-in. */
  readonly browserSecret: string;
}

/**
 * Begins a sign-in at the OpenID provider. A browser that has a secret from another sign-in keeps it, so that two tabs
 * do not get into each other's way. Of state and secret only hashes are stored. Throws `TooManyRequests` for
 * too many tries from one address, `Unavailable` when the provider cannot be reached.
 */
export async function beginSignIn(
  dependencies: BeginSignInDependencies,
  visitor: Pick<Visitor, "address"> & { readonly browserSecret?: string | undefined },
): Promise<BegunSignIn> {
  const { db, oidc, now } = dependencies;
  await countVisit(dependencies, visitor);
  const { browserSecret: knownBrowserSecret } = visitor;
  const isKnown = knownBrowserSecret !== undefined && isOneTimeSecret(knownBrowserSecret);
  const browserSecret = isKnown ? knownBrowserSecret : createOneTimeSecret();
  const { url, state, nonce, codeVerifier } = await oidc.begin();
  const attempt = {
    stateHash: hashOneTimeSecret(state),
    browserHash: hashOneTimeSecret(browserSecret),
    nonce,
    codeVerifier,
    expiresAt: new Date(now().getTime() + SIGN_IN_ATTEMPT_TTL_MS),
  };
  await insertSignInAttempt(db, attempt, now());
  return { redirectUrl: url, browserSecret };
}
