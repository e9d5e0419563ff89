import type { UserId, UserTokenId } from "@platz/domain";
import { sql } from "drizzle-orm";
import { boolean, index, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, primaryId, table } from "./table.ts";

export const users = table(
  "users",
  {
    id: primaryId<UserId>(),
    createdAt: createdAt(),
    displayName: text().notNull(),
    email: text().notNull(),
    isAdmin: boolean().notNull().default(false),
    isActive: boolean().notNull().default(true),
  },
  (t) => [uniqueIndex("users__email_insensitive").on(sql`lower(${t.email})`)],
);

/** Who a person is to an OpenID provider: (issuer, subject), never the e-mail address alone. */
export const userIdentities = table(
  "user_identities",
  {
    id: primaryId<string>(),
    createdAt: createdAt(),
    userId: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    issuer: text().notNull(),
    subject: text().notNull(),
  },
  (t) => [unique("user_identities__issuer_subject").on(t.issuer, t.subject), index().on(t.userId)],
);

export const userTokens = table(
  "user_tokens",
  {
    /** Part of the token itself, hence chosen by the application. */
    id: uuid().$type<UserTokenId>().primaryKey(),
    userId: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    name: text().notNull(),
    secretHash: text().notNull(),
    expiresAt: instant(),
    lastUsedAt: instant(),
  },
  (t) => [index().on(t.userId)],
);

/** A sign-in that has been started: what must come back, once, within minutes, to the same browser. */
export const signInAttempts = table("sign_in_attempts", {
  stateHash: text().primaryKey(),
  browserHash: text().notNull(),
  nonce: text().notNull(),
  codeVerifier: text().notNull(),
  createdAt: createdAt(),
  expiresAt: instant().notNull(),
});
