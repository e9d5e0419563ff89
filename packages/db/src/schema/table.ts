import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, check, snakeCase, timestamp, uuid } from "drizzle-orm/pg-core";

/** A table whose columns are named in snake_case after their keys. */
export const table = snakeCase.table;

/** A primary key that the database chooses, branded as the row's own kind of id. */
export const primaryId = <Id extends string>() => uuid().$type<Id>().primaryKey().defaultRandom();

export const instant = () => timestamp({ withTimezone: true });
export const createdAt = () => instant().notNull().defaultNow();

/** A check that a text column holds one of the words that the domain knows. */
export function oneOf(name: string, column: AnyPgColumn, words: readonly string[]) {
  const list: SQL[] = words.map((word) => sql.raw(`'${word.replaceAll("'", "''")}'`));
  return check(name, sql`${column} in (${sql.join(list, sql.raw(", "))})`);
}
