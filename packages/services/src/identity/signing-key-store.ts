import { generateSigningKey, requestClaims, type SigningKeyStore, type SigningKeyUse } from "@platz/auth";
import type { Database, Queryable } from "@platz/db";
import {
  insertSigningKey,
  listPublicKeys,
  listSigningKeys,
  lockSigningKeys,
  retireSigningKeys,
} from "@platz/db/queries/signing-keys";
import type { Json } from "@platz/domain";
import { asSealed, type KeyRing } from "@platz/sealing";
import { platzItself } from "../audit/actor-fields.ts";
import { recordChange } from "../audit/record-change.ts";

export interface SigningKeyDependencies {
  readonly db: Queryable & Pick<Database, "transaction">;
  readonly keyring: KeyRing;
  now(): Date;
}

/** Keeps signing keys in the database, sealed. */
export function signingKeyStore(dependencies: SigningKeyDependencies, use: SigningKeyUse): SigningKeyStore {
  const { db, keyring, now } = dependencies;
  return {
    async list() {
      const rows = await listSigningKeys(db, use, now());
      return rows.map(({ id, retiredAt, sealedKey }) => ({
        id,
        isRetired: retiredAt !== null,
        open: async () => JSON.parse(await keyring.open(asSealed(sealedKey), signingKeyPlace(id))),
      }));
    },
    async ensure() {
      await db.transaction(async (db) => {
        await lockSigningKeys(db);
        const keys = await listSigningKeys(db, use, now());
        if (keys.every(({ retiredAt }) => retiredAt !== null)) await makeKey({ ...dependencies, db }, use);
      });
    },
  };
}

/** How long what a retired key signed may still count: longer than any token that is made. */
const RETIRED_KEY_TTL_MS = 8 * 24 * 3600 * 1000;

/**
 * Puts a new key in the place of those that sign. The old ones verify for eight days more, so that nobody is signed out,
 * or with `revoke`, nothing from now on: for a key that somebody else may have. Tells how many were retired.
 */
export async function rotateSigningKeys(
  dependencies: SigningKeyDependencies,
  use: SigningKeyUse,
  { revoke }: { readonly revoke: boolean },
): Promise<number> {
  return await dependencies.db.transaction(async (db) => {
    await lockSigningKeys(db);
    const now = dependencies.now();
    const expiresAt = revoke ? now : new Date(now.getTime() + RETIRED_KEY_TTL_MS);
    const retired = await retireSigningKeys(db, use, { now, expiresAt });
    await makeKey({ ...dependencies, db }, use, `${retired} before it ${revoke ? "revoked" : "retired"}`);
    return retired;
  });
}

/**
 * The public keys by which applications recognise our requests, as a JSON Web Key Set (RFC 7517), and with which claims
 * each of our tokens says what request it is for: whoever reads them may demand them.
 */
export async function publishedKeys({ db, now }: Pick<SigningKeyDependencies, "db" | "now">): Promise<{
  readonly keys: readonly Json[];
  readonly platz_request_claims: readonly string[];
}> {
  return { keys: await listPublicKeys(db, now()), platz_request_claims: requestClaims };
}

/** Where a sealed signing key stands. */
export function signingKeyPlace(id: string): string {
  return `signing_keys/${id}/sealed_key`;
}

async function makeKey(
  { db, keyring }: SigningKeyDependencies,
  use: SigningKeyUse,
  reason?: string,
): Promise<void> {
  const { id, algorithm, jwk, publicJwk } = await generateSigningKey(use);
  const sealedKey = await keyring.seal(JSON.stringify(jwk), signingKeyPlace(id));
  await insertSigningKey(db, { id, use, algorithm, sealedKey, publicJwk: publicJwk as Json | null });
  await recordChange(platzItself(db, "Platz", "signingKeys.make"), {
    entity: "signing_keys",
    id,
    envId: null,
    label: `key for ${use}`,
    after: { use, algorithm },
    reason,
  });
}
