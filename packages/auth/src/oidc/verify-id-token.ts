import { timingSafeEqual } from "node:crypto";
import { Unauthenticated, Unavailable } from "@platz/domain";
import { type createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { ProviderMetadata } from "./provider-metadata.ts";

const CLOCK_TOLERANCE_SECONDS = 5;

/** Only signatures that the provider alone can make: never `none`, and no HS256, whose key every client has. */
const ALGORITHMS = new Set([
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
]);

interface Verification {
  readonly metadata: ProviderMetadata;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
  readonly clientId: string;
  /** The one that this sign-in began with. */
  readonly nonce: string;
  readonly now: () => number;
}

/**
 * The claims of an ID token that the provider signed, for us, now, and for this very sign-in. Throws `Unauthenticated`
 * when any of that is wrong, `Unavailable` when the provider's keys cannot be fetched.
 */
export async function verifyIdToken(token: string, check: Verification): Promise<JWTPayload> {
  const { metadata, keys, clientId, now } = check;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: metadata.issuer,
      audience: clientId,
      algorithms: metadata.id_token_signing_alg_values_supported.filter((name) => ALGORITHMS.has(name)),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ["sub", "exp", "iat", "nonce"],
    });
    requireAuthorizedParty(payload, clientId);
    requireNonce(payload, check.nonce);
    return payload;
  } catch (cause) {
    if (cause instanceof Unauthenticated) throw cause;
    if (!(cause instanceof errors.JOSEError) || keysAreAway(cause)) {
      throw new Unavailable("The sign-in provider cannot be reached now: try again in a moment.", { cause });
    }
    throw new Unauthenticated("The sign-in provider's answer is not valid: sign in again.", { cause });
  }
}

/** Jose has no class of its own for a key endpoint that answers something else than keys. */
function keysAreAway(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKSTimeout || error.code === errors.JOSEError.code;
}

/** A token for several audiences must name us as the one it was made for (OpenID Connect Core 3.1.3.7). */
function requireAuthorizedParty({ aud, azp }: JWTPayload, clientId: string): void {
  const several = Array.isArray(aud) && aud.length > 1;
  if ((several || azp !== undefined) && azp !== clientId) {
    throw new errors.JWTClaimValidationFailed("unexpected authorized party", {}, "azp");
  }
}

function requireNonce(claims: JWTPayload, nonce: string): void {
  const [left, right] = [Buffer.from(String(claims["nonce"])), Buffer.from(nonce)];
  if (left.length === right.length && timingSafeEqual(left, right)) return;
  throw new Unauthenticated("The sign-in provider's answer belongs to another sign-in: sign in again.");
}
