import type { Json } from "@platz/domain";
import { index, jsonb, text } from "drizzle-orm/pg-core";
import { createdAt, instant, oneOf, table } from "./table.ts";

/** What a signing key is for: access tokens that we issue and check, requests that we send to deployments, the chain of the audit log. */
export const signingKeyUses = ["access", "outgoing", "audit"] as const;

/** Keys that sign, newest first; older ones still verify until they expire. */
export const signingKeys = table(
  "signing_keys",
  {
    /** The `kid` of what it signs. */
    id: text().primaryKey(),
    createdAt: createdAt(),
    use: text().$type<(typeof signingKeyUses)[number]>().notNull(),
    algorithm: text().notNull(),
    /** Sealed (encrypted) with a key from outside the database. */
    sealedKey: text().notNull(),
    /** As JWKS publishes it; nothing for a symmetric key. */
    publicJwk: jsonb().$type<Json>(),
    /** From when on it signs nothing any more. */
    retiredAt: instant(),
    /** From when on nothing that it signed counts any more. */
    expiresAt: instant(),
  },
  (t) => [
    index("signing_keys__use").on(t.use, t.createdAt.desc().nullsFirst()),
    oneOf("signing_keys__use", t.use, signingKeyUses),
  ],
);
