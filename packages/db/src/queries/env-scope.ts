import type { EnvId, OneOf } from "@platz/domain";
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "../open-database.ts";
import { k8sClusters } from "../schema/index.ts";
import { matching } from "./matching.ts";

/** The envs whose rows a caller may see. */
export type EnvScope = "all" | readonly EnvId[];

/** The condition that a column names an env in scope; `undefined` when everything is. A row without an env is in no list. */
export function inEnvScope(column: AnyPgColumn, scope: EnvScope): SQL | undefined {
  if (scope === "all") return undefined;
  return scope.length === 0 ? sql`false` : inArray(column, [...scope]);
}

/**
 * The condition that a column names a cluster of an env in scope, and of this env when one is given; `undefined` when
 * every row is meant. Without a join, so that counting reads no more than it has to.
 */
export function onClusterOf(
  db: Queryable,
  column: AnyPgColumn,
  of: { readonly scope: EnvScope; readonly envId?: OneOf<EnvId> | null | undefined },
): SQL | undefined {
  const where = and(inEnvScope(k8sClusters.envId, of.scope), matching(k8sClusters.envId, of.envId));
  if (where === undefined) return undefined;
  return inArray(column, db.select({ id: k8sClusters.id }).from(k8sClusters).where(where));
}
