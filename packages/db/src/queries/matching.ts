import type { OneOf, Range } from "@platz/domain";
import { and, eq, gte, ilike, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

/** The column holds this value, or one of these, or none (`null`), when that is asked. */
export function matching<Column extends AnyPgColumn>(
  column: Column,
  wanted: OneOf<Column["_"]["data"]> | null | undefined,
): SQL | undefined {
  if (wanted === undefined) return undefined;
  if (wanted === null) return isNull(column);
  if (typeof wanted === "object" && "in" in wanted) return anyOf(column, wanted.in);
  return eq(column, wanted);
}

/** The column holds one of these: one statement for however many there are. */
export function anyOf(column: AnyPgColumn, values: readonly unknown[]): SQL {
  return sql`${column} = any(${sql.param([...values])})`;
}

/** The column lies within the range, when one is given. */
export function within<Column extends AnyPgColumn>(
  column: Column,
  range: Range<Column["_"]["data"]> | undefined,
): SQL | undefined {
  return and(
    range?.from === undefined ? undefined : gte(column, range.from),
    range?.until === undefined ? undefined : lt(column, range.until),
  );
}

/** The column contains this text in whatever case, when one is given; `%` and `_` stand for themselves. */
export function containing(column: AnyPgColumn, text: string | undefined): SQL | undefined {
  if (text === undefined) return undefined;
  return ilike(column, `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`);
}
