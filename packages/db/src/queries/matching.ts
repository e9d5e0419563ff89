import { eq, ilike, type SQL } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

/** The column holds this value, when one is given. */
export function matching<Column extends AnyPgColumn>(
  column: Column,
  value: Column["_"]["data"] | undefined,
): SQL | undefined {
  return value === undefined ? undefined : eq(column, value);
}

/** The column contains this text in whatever case, when one is given; `%` and `_` stand for themselves. */
export function containing(column: AnyPgColumn, text: string | undefined): SQL | undefined {
  if (text === undefined) return undefined;
  return ilike(column, `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`);
}
