import { BotId, DeploymentId, type Identity, Unauthenticated, UserId } from "@platz/domain";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";

/** How long a person stays signed in: seven days (API spec 3.3). */
export const USER_TOKEN_TTL_MS = 7 * 24 * 3600 * 1000;

const LEEWAY_SECONDS = 5;

/** The identity claim is an object of one key (API spec 3.1). */
const IdentityClaim = z.union([
  z.strictObject({ User: UserId }).transform(({ User }): Identity => ({ kind: "User", id: User })),
  z.strictObject({ Bot: BotId }).transform(({ Bot }): Identity => ({ kind: "Bot", id: Bot })),
  z
    .strictObject({ Deployment: DeploymentId })
    .transform(({ Deployment }): Identity => ({ kind: "Deployment", id: Deployment })),
]);

export interface AccessToken {
  readonly token: string;
  /** Rounded to seconds, as the token itself has it. */
  readonly expiresAt: Date;
}

/** Makes an access token (JWT, HS256, API spec 3.3) that says who its bearer is until it expires. */
export async function issueAccessToken(
  secret: Uint8Array,
  identity: Identity,
  { ttlMs, now }: { readonly ttlMs: number; readonly now: Date },
): Promise<AccessToken> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expiresAt = issuedAt + Math.floor(ttlMs / 1000);
  const token = await new SignJWT({ identity: { [identity.kind]: identity.id } })
    .setProtectedHeader({ typ: "JWT", alg: "HS256" })
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(secret);
  return { token, expiresAt: new Date(expiresAt * 1000) };
}

/** The token with which a deployment talks back to Platz (API spec 3.6). */
export async function issueDeploymentToken(
  secret: Uint8Array,
  deploymentId: DeploymentId,
  validity: { readonly ttlMs: number; readonly now: Date },
): Promise<AccessToken> {
  return await issueAccessToken(secret, { kind: "Deployment", id: deploymentId }, validity);
}

/**
 * Who the bearer of an access token is. Throws `Unauthenticated` unless it is signed with our secret by HS256 and
 * within its times. Whether that subject still exists is for the caller to ask.
 */
export async function verifyAccessToken(secret: Uint8Array, token: string, now: Date): Promise<Identity> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: now,
      requiredClaims: ["exp", "nbf", "identity"],
    });
    return IdentityClaim.parse(payload["identity"]);
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) {
      throw new Unauthenticated("This sign-in has expired: sign in again.", { cause });
    }
    throw new Unauthenticated("This access token is not valid: sign in again.", { cause });
  }
}
