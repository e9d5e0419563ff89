import type { EnvId } from "@platz/domain";
import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, boolean, check, snakeCase, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** A table whose columns are named in snake_case after their keys. */
export const table = snakeCase.table;

/** A primary key that the database chooses, branded as the row's own kind of id. */
export const primaryId = <Id extends string>() => uuid().$type<Id>().primaryKey().defaultRandom();

export const instant = () => timestamp({ withTimezone: true });
export const createdAt = () => instant().notNull().defaultNow();

/** What an API token has, whoever it belongs to. Of its secret only a hash is stored. */
export const tokenColumns = () => ({
  createdAt: createdAt(),
  name: text().notNull(),
  secretHash: text().notNull(),
  expiresAt: instant(),
  lastUsedAt: instant(),
  /** A token that may look but change nothing. */
  readOnly: boolean().notNull().default(false),
  /** Narrows the token to these of its owner's envs; `null`: all of them. */
  envIds: uuid().$type<EnvId>().array(),
});

/** A check that a text column holds one of the words that the domain knows. */
export function oneOf(name: string, column: AnyPgColumn, words: readonly string[]) {
  const list: SQL[] = words.map((word) => sql.raw(`'${word.replaceAll("'", "''")}'`));
  return check(name, sql`${column} in (${sql.join(list, sql.raw(", "))})`);
}
