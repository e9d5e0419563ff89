import { BotId, DeploymentId, type Identity, SessionId, Unauthenticated, UserId } from "@platz/domain";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { type SigningKeys, signingAlgorithms } from "./signing-keys.ts";

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

const Claims = z.object({ identity: IdentityClaim, jti: SessionId.optional() });

export interface AccessToken {
  readonly token: string;
  /** Rounded to seconds, as the token itself has it. */
  readonly expiresAt: Date;
}

/** Who a token is for, and for a person, the session that it belongs to: the token ends with it. */
export interface AccessTokenSubject {
  readonly identity: Identity;
  readonly sessionId?: SessionId | undefined;
}

/**
 * Makes an access token (JWT, HS256, API spec 3.3) that says who its bearer is until it expires. Beyond the claims of
 * the specification it names its key (`kid`) and its session (`jti`).
 */
export async function issueAccessToken(
  keys: SigningKeys,
  { identity, sessionId }: AccessTokenSubject,
  { ttlMs, now }: { readonly ttlMs: number; readonly now: Date },
): Promise<AccessToken> {
  const { id, key } = await keys.current();
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expiresAt = issuedAt + Math.floor(ttlMs / 1000);
  const token = new SignJWT({ identity: { [identity.kind]: identity.id } })
    .setProtectedHeader({ typ: "JWT", alg: signingAlgorithms.access, kid: id })
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt);
  if (sessionId !== undefined) token.setJti(sessionId);
  return { token: await token.sign(key), expiresAt: new Date(expiresAt * 1000) };
}

/** The token with which a deployment talks back to Platz (API spec 3.6). */
export async function issueDeploymentToken(
  keys: SigningKeys,
  deploymentId: DeploymentId,
  validity: { readonly ttlMs: number; readonly now: Date },
): Promise<AccessToken> {
  return await issueAccessToken(keys, { identity: { kind: "Deployment", id: deploymentId } }, validity);
}

/**
 * Who the bearer of an access token is. Throws `Unauthenticated` unless it is signed with one of our keys by HS256 and
 * within its times. Whether that subject and session still exist is for the caller to ask.
 */
export async function verifyAccessToken(
  keys: SigningKeys,
  token: string,
  now: Date,
): Promise<AccessTokenSubject> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyNamed(keys, kid), {
      algorithms: [signingAlgorithms.access],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: now,
      requiredClaims: ["exp", "nbf", "identity"],
    });
    const { identity, jti } = Claims.parse(payload);
    return { identity, sessionId: jti };
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) {
      throw new Unauthenticated("This sign-in has expired: sign in again.", { cause });
    }
    if (!isOfToken(cause)) throw cause;
    throw new Unauthenticated("This access token is not valid: sign in again.", { cause });
  }
}

async function keyNamed(keys: SigningKeys, id: string | undefined) {
  const key = id === undefined ? undefined : await keys.find(id);
  if (key === undefined) throw new errors.JWSInvalid("signed with a key that does not count");
  return key;
}

/** The database may fail while a key is looked up: that says nothing about the token. */
function isOfToken(cause: unknown): boolean {
  return cause instanceof errors.JOSEError || cause instanceof z.ZodError;
}
