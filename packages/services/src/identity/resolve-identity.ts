import { type Credential, type SigningKeys, sameHash, verifyAccessToken } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { findApiToken, findStoredSession, noteSessionUse, noteTokenUse } from "@platz/db/queries/credentials";
import { BotTokenId, type Identity, SessionId, Unauthenticated, UserTokenId } from "@platz/domain";
import { type CredentialGrant, grantOfToken, hasExpired, wholeGrant } from "./credential-grant.ts";

export interface IdentityDependencies {
  readonly db: Queryable;
  readonly accessKeys: SigningKeys;
  now(): Date;
}

/** Whose a credential is, and what it lets them do. */
export interface ResolvedIdentity {
  readonly identity: Identity;
  readonly grant: CredentialGrant;
  /** Until when, where there is an end. */
  readonly expiresAt: Date | null;
}

type StoredCredential = Exclude<Credential, { readonly kind: "access-token" }>;

/** Last use is kept to the minute, so that a busy token does not write at every request. */
const USE_NOTED_EVERY_MS = 60_000;

/**
 * Who a credential belongs to: the token or session is stored, has this secret, and has not run out. Whether its owner
 * still exists and is active shows when their rights are read. Throws `Unauthenticated` otherwise, in words that do not
 * tell a wrong token from a missing one.
 */
export async function resolveIdentity(
  dependencies: IdentityDependencies,
  credential: Credential,
): Promise<ResolvedIdentity> {
  switch (credential.kind) {
    case "access-token":
      return await bearerOf(dependencies, credential.token);
    case "api-token":
      return await tokenOwner(dependencies, credential);
    case "session":
      return await signedIn(dependencies, SessionId.parse(credential.id), credential.secretHash);
  }
}

async function bearerOf(dependencies: IdentityDependencies, token: string): Promise<ResolvedIdentity> {
  const { accessKeys, now } = dependencies;
  const { identity, sessionId } = await verifyAccessToken(accessKeys, token, now());
  if (identity.kind !== "User") return { identity, grant: { ...wholeGrant, kind: "token" }, expiresAt: null };
  if (sessionId === undefined) throw signedOut();
  return await signedIn(dependencies, sessionId, null);
}

async function signedIn(
  { db, now }: IdentityDependencies,
  id: SessionId,
  secretHash: string | null,
): Promise<ResolvedIdentity> {
  const session = await findStoredSession(db, id);
  const isIt = session !== undefined && sameHash(session.secretHash ?? "", secretHash ?? "");
  if (!isIt || session.expiresAt <= now()) throw signedOut();
  if (isStale(session.lastUsedAt, now())) await noteSessionUse(db, id, now());
  return {
    identity: { kind: "User", id: session.userId },
    grant: { ...wholeGrant, sessionId: id },
    expiresAt: session.expiresAt,
  };
}

async function tokenOwner(
  { db, now }: IdentityDependencies,
  { id, secretHash }: StoredCredential,
): Promise<ResolvedIdentity> {
  const token = await findApiToken(db, id);
  if (token === undefined || !sameHash(token.secretHash, secretHash)) {
    throw new Unauthenticated("This API token is not valid, or has been revoked: make a new one.");
  }
  const { owner: identity, expiresAt, lastUsedAt } = token;
  if (hasExpired(token, now())) throw new Unauthenticated("This API token has expired: make a new one.");
  if (isStale(lastUsedAt, now())) await noteTokenUse(db, { owner: identity, id }, now());
  const tokenId = identity.kind === "Bot" ? BotTokenId.parse(id) : UserTokenId.parse(id);
  return { identity, grant: grantOfToken(tokenId, token), expiresAt };
}

function isStale(lastUsedAt: Date | null, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= USE_NOTED_EVERY_MS;
}

function signedOut(): Unauthenticated {
  return new Unauthenticated("You have been signed out, or your sign-in has expired: sign in again.");
}
