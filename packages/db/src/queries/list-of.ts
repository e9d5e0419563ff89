import {
  Invalid,
  type ListName,
  type ListRequest,
  listSorts,
  type Page,
  type SortColumn,
} from "@platz/domain";
import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";

/** Columns in the order in which they sort. None of them may be null. */
type SortedColumns = readonly AnyPgColumn[];

interface ListDefinition<Name extends ListName> {
  readonly sorts: Readonly<Record<SortColumn<Name>, SortedColumns>>;
  /** What tells rows apart that are the same otherwise. */
  readonly unique: AnyPgColumn;
}

/** Where a row stands in the order, in values that keep what a `Date` does not: microseconds. */
const PLACE = "$place";
interface Placed {
  readonly [PLACE]: CursorValues;
}

/** What a statement has to say to read one part of a list. */
export interface ListPart {
  readonly where: SQL | undefined;
  readonly columns: SortedColumns;
  readonly descending: boolean;
  readonly orderBy: SQL[];
  readonly limit: number;
  readonly offset: number;
  /** To be selected beside the row's own columns: its exact place in the order. */
  readonly place: { readonly [PLACE]: SQL<CursorValues> };
}

/** Remembers how many rows there are, as long as none changes. */
export interface Totals {
  find(key: string, count: () => Promise<number>): Promise<number>;
}

/** Which part of a list, and who remembers its total. */
export type ListOptions<Name extends ListName> = ListRequest<Name> & { readonly totals?: Totals | undefined };

interface Counting extends PromiseLike<{ readonly n: number }[]> {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
}

interface ListQueries<Row> {
  rows(part: ListPart): PromiseLike<(Row & Placed)[]>;
  /** How many rows there are in all. */
  total(): Counting;
}

/**
 * A list of rows in one of its orders, by pages or from a cursor on (API spec 5.3). What counts is unique at the end of
 * each order, so that no page shows what another one does; a cursor goes on behind the row that it was made of, whatever
 * came or went since. Throws `Invalid` for a cursor of another list, of another order, or made by somebody else.
 */
export function listOf<Name extends ListName>(name: Name, { sorts, unique }: ListDefinition<Name>) {
  function orderOf(wanted: ListRequest<Name>["sort"]) {
    const sort: string = wanted ?? listSorts[name][0];
    const descending = sort.startsWith("-");
    const columns = [...sorts[sort.replace("-", "") as SortColumn<Name>], unique];
    return { sort, descending, columns };
  }

  return async function page<Row extends object>(
    { page: request, sort, totals }: ListOptions<Name>,
    where: SQL | undefined,
    queries: ListQueries<Row>,
  ): Promise<Page<Row>> {
    const { page, perPage, cursor } = request;
    const order = orderOf(sort);
    const kind = `${name} ${order.sort}`;
    const start = cursor === undefined ? undefined : readCursor(cursor, kind, order.columns);
    const offset = start === undefined ? (page - 1) * perPage : 0;
    const rows = await queries.rows({
      where: and(where, start && behind(order, start)),
      columns: order.columns,
      descending: order.descending,
      orderBy: order.columns.map(order.descending ? desc : asc),
      // One more row tells whether there is more.
      limit: perPage + 1,
      offset,
      place: { [PLACE]: placeOf(order.columns) },
    });
    const last = rows.length > perPage ? rows[perPage - 1] : undefined;
    const items = rows.slice(0, perPage).map(withoutPlace);
    const numTotal =
      lengthBy({ start, page, offset, items, last }) ?? (await countBy(queries.total(), totals));
    const nextCursor = last === undefined ? null : writeCursor(kind, last[PLACE]);
    return { page, perPage, items, numTotal, nextCursor };
  };
}

async function countBy(counting: Counting, totals: Totals | undefined): Promise<number> {
  const count = async () => (await counting)[0]?.n ?? 0;
  return totals === undefined ? await count() : await totals.find(JSON.stringify(counting.toSQL()), count);
}

interface ReadPart {
  readonly start: CursorValues | undefined;
  readonly page: number;
  readonly offset: number;
  readonly items: readonly object[];
  /** The last row, if there are more. */
  readonly last: object | undefined;
}

/** The last page tells the length of the list by itself; any other part does not. */
function lengthBy({ start, page, offset, items, last }: ReadPart): number | undefined {
  if (start !== undefined || last !== undefined) return undefined;
  return items.length > 0 || page === 1 ? offset + items.length : undefined;
}

interface Order {
  readonly descending: boolean;
  readonly columns: SortedColumns;
}

type CursorValues = readonly (string | number)[];

/** Behind the row that stood at these values. */
function behind({ descending, columns }: Order, values: CursorValues): SQL {
  const place = columns.map((column, index) => sql`${values[index]}::${sql.raw(column.getSQLType())}`);
  return sql`(${sql.join(
    columns.map((column) => sql`${column}`),
    sql`, `,
  )}) ${sql.raw(descending ? "<" : ">")} (${sql.join(place, sql`, `)})`;
}

function placeOf(columns: SortedColumns): SQL<CursorValues> {
  const values = columns.map((column) =>
    isInstant(column)
      ? sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
      : sql`${column}`,
  );
  return sql<CursorValues>`json_build_array(${sql.join(values, sql`, `)})`;
}

function withoutPlace<Row extends object>(row: Row & Placed): Row {
  const { [PLACE]: _, ...shown } = row;
  // What was taken out is what the list had put in.
  return shown as unknown as Row;
}

function writeCursor(kind: string, values: CursorValues): string {
  return Buffer.from(JSON.stringify([kind, ...values])).toString("base64url");
}

/** Everybody can write a cursor: each value has to fit its column before the database sees it. */
function readCursor(cursor: string, kind: string, columns: SortedColumns): CursorValues {
  const Values = z.tuple([z.literal(kind), ...columns.map(schemaOf)]);
  const read = Values.safeParse(jsonOf(cursor));
  if (read.success) return read.data.slice(1) as CursorValues;
  throw Invalid.fields("The list", [
    { path: ["page", "cursor"], message: "is no cursor of this list in this order: begin again without it" },
  ]);
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

function schemaOf(column: AnyPgColumn): z.ZodType<string | number> {
  switch (column.getSQLType()) {
    case "uuid":
      return z.uuid();
    case "bigint":
      return z.int().min(0);
    case "timestamp with time zone":
      return z.iso.datetime({ precision: 6 });
    default:
      return z
        .string()
        .max(2000)
        .regex(/^[^\0]*$/);
  }
}

function isInstant(column: AnyPgColumn): boolean {
  return column.getSQLType() === "timestamp with time zone";
}
