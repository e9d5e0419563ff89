import type { EnvId, OneOf } from "@platz/domain";
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "../open-database.ts";
import { k8sClusters } from "../schema/index.ts";
import { anyOf, matching } from "./matching.ts";

/** The envs whose rows a caller may see. */
export type EnvScope = "all" | readonly EnvId[];

/** The condition that a column names an env in scope; `undefined` when everything is. A row without an env is in no list. */
export function inEnvScope(column: AnyPgColumn, scope: EnvScope): SQL | undefined {
  if (scope === "all") return undefined;
  return scope.length === 0 ? sql`false` : anyOf(column, scope);
}

interface ClustersOf {
  readonly scope: EnvScope;
  readonly envId?: OneOf<EnvId> | null | undefined;
}

/**
 * The condition that a column names a cluster of an env in scope, and of this env when one is given; `undefined` when
 * every row is meant. Without a join, so that counting reads no more than it has to.
 */
export function onClusterOf(db: Queryable, column: AnyPgColumn, of: ClustersOf): SQL | undefined {
  const where = clustersOf(of);
  if (where === undefined) return undefined;
  return inArray(column, db.select({ id: k8sClusters.id }).from(k8sClusters).where(where));
}

/** The condition on clusters themselves that goes with it. */
export function clustersOf({ scope, envId }: ClustersOf): SQL | undefined {
  return and(inEnvScope(k8sClusters.envId, scope), matching(k8sClusters.envId, envId));
}
