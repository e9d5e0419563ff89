import { type SessionId, sessionKinds, type UserId, type UserTokenId } from "@platz/domain";
import { sql } from "drizzle-orm";
import { boolean, index, integer, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, oneOf, primaryId, table, tokenColumns } from "./table.ts";

export const users = table(
  "users",
  {
    id: primaryId<UserId>(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
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
    ...tokenColumns(),
  },
  (t) => [index().on(t.userId)],
);

/** That a person has signed in, until it expires or is revoked: a browser's cookie or a program's access token. */
export const sessions = table(
  "sessions",
  {
    id: primaryId<SessionId>(),
    userId: uuid()
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    kind: text().$type<(typeof sessionKinds)[number]>().notNull(),
    /** Of the cookie's secret; a program's access token names the session instead. */
    secretHash: text(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    lastUsedAt: instant(),
    /** From where it was begun, so that a person recognises it. */
    address: text(),
    userAgent: text(),
  },
  (t) => [index().on(t.userId), index().on(t.expiresAt), oneOf("sessions__kind", t.kind, sessionKinds)],
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
