import type { EnvId } from "@platz/domain";
import { inArray, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

/** The envs whose rows a caller may see. */
export type EnvScope = "all" | readonly EnvId[];

/** The condition that a column names an env in scope; `undefined` when everything is. A row without an env is in no list. */
export function inEnvScope(column: AnyPgColumn, scope: EnvScope): SQL | undefined {
  if (scope === "all") return undefined;
  return scope.length === 0 ? sql`false` : inArray(column, [...scope]);
}
