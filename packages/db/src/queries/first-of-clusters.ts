import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core";
import { k8sClusters } from "../schema/index.ts";
import type { ListPart } from "./list-of.ts";

interface OnClusters {
  readonly table: PgTable;
  readonly id: AnyPgColumn;
  readonly clusterId: AnyPgColumn;
  /** Which clusters are meant. */
  readonly clusters: SQL;
}

/** Further on than this in a list, going through one index for all is cheaper than a little of many. */
const REACH_MAX = 600;

/**
 * The condition that a row is in this part of a list over some clusters, found cluster by cluster: of each the first
 * rows by its own index, and of all those the first. Going through the order of all clusters would read the rows of the
 * others too. `undefined` too far on in a list.
 */
export function inFirstOfClusters(
  part: ListPart,
  { table, id, clusterId, clusters }: OnClusters,
): SQL | undefined {
  const reach = part.limit + part.offset;
  if (reach > REACH_MAX) return undefined;
  const named = part.columns.map((column, index) => sql`${column} as ${sql.identifier(`o${index}`)}`);
  const direction = sql.raw(part.descending ? "desc" : "asc");
  const order = part.columns.map((_, index) => sql`f.${sql.identifier(`o${index}`)} ${direction}`);
  return sql`${id} in (
    select f.id from ${k8sClusters} cross join lateral (
      select ${id} as id, ${sql.join(named, sql`, `)} from ${table}
      where ${clusterId} = ${k8sClusters.id} ${part.where === undefined ? sql`` : sql`and ${part.where}`}
      order by ${sql.join(part.orderBy, sql`, `)} limit ${reach}
    ) f where ${clusters}
    order by ${sql.join(order, sql`, `)} limit ${part.limit} offset ${part.offset})`;
}
