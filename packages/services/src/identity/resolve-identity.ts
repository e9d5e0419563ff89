import { type Credential, type SigningSecret, sameHash, verifyAccessToken } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { findTokenOwner, identityIsLive, noteTokenUse } from "@platz/db/queries/credentials";
import { type Identity, Unauthenticated } from "@platz/domain";

export interface IdentityDependencies {
  readonly db: Queryable;
  readonly signingSecret: SigningSecret;
  now(): Date;
}

type ApiToken = Extract<Credential, { readonly kind: "api-token" }>;

/** Last use is kept to the minute, so that a busy token does not write at every request. */
const USE_NOTED_EVERY_MS = 60_000;

/**
 * Who a credential belongs to, asked afresh at every request: the person exists and is active, the bot or deployment
 * exists, the token is stored and has not expired. Throws `Unauthenticated` otherwise, in words that do not tell a
 * wrong token from a missing one.
 */
export async function resolveIdentity(
  dependencies: IdentityDependencies,
  credential: Credential,
): Promise<Identity> {
  if (credential.kind === "api-token") return await ownerOf(dependencies, credential);
  const { db, signingSecret, now } = dependencies;
  const identity = await verifyAccessToken(await signingSecret.get(), credential.token, now());
  if (await identityIsLive(db, identity)) return identity;
  throw new Unauthenticated(
    identity.kind === "User"
      ? "This account does not exist or is deactivated: ask an administrator."
      : "Whom this access token was made for does not exist any more.",
  );
}

async function ownerOf({ db, now }: IdentityDependencies, { id, secretHash }: ApiToken): Promise<Identity> {
  const owner = await findTokenOwner(db, id);
  if (owner === undefined || !sameHash(owner.secretHash, secretHash)) {
    throw new Unauthenticated("This API token is not valid, or has been revoked: make a new one.");
  }
  if (owner.expiresAt !== null && owner.expiresAt <= now()) {
    throw new Unauthenticated("This API token has expired: make a new one.");
  }
  if (!owner.isActive) {
    throw new Unauthenticated(
      "The account that this API token belongs to is deactivated: ask an administrator.",
    );
  }
  await noteTokenUse(db, id, { now: now(), notedSince: new Date(now().getTime() - USE_NOTED_EVERY_MS) });
  return { kind: "User", id: owner.userId };
}
