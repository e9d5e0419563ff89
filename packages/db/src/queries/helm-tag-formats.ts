import type { HelmTagFormat, HelmTagFormatId, ListRequest, NewHelmTagFormat, Page } from "@platz/domain";
import { count, eq, getColumns } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { helmTagFormats } from "../schema/index.ts";
import { listOf } from "./list-of.ts";
import { matching } from "./matching.ts";

const partOf = listOf("tagFormats", {
  sorts: { createdAt: [helmTagFormats.createdAt] },
  unique: helmTagFormats.id,
});

/** Newest first: the order in which they are tried. */
export async function listHelmTagFormats(
  db: Queryable,
  { pattern, list }: { readonly pattern?: string | undefined; readonly list: ListRequest<"tagFormats"> },
): Promise<Page<HelmTagFormat>> {
  const where = matching(helmTagFormats.pattern, pattern);
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({ ...getColumns(helmTagFormats), ...part.place })
        .from(helmTagFormats)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(helmTagFormats).where(where),
  });
}

export async function findHelmTagFormat(
  db: Queryable,
  id: HelmTagFormatId,
): Promise<HelmTagFormat | undefined> {
  const [row] = await db.select().from(helmTagFormats).where(eq(helmTagFormats.id, id));
  return row;
}

/** The new format, or nothing when there is one with this pattern already. */
export async function insertHelmTagFormat(
  db: Queryable,
  format: NewHelmTagFormat,
): Promise<HelmTagFormat | undefined> {
  const [row] = await db.insert(helmTagFormats).values(format).onConflictDoNothing().returning();
  return row;
}

/** Throws a foreign-key violation while charts were read by it. */
export async function deleteHelmTagFormatRow(db: Queryable, id: HelmTagFormatId): Promise<void> {
  await db.delete(helmTagFormats).where(eq(helmTagFormats.id, id));
}
