import type { HelmTagFormat, HelmTagFormatId, NewHelmTagFormat, Page, PageRequest } from "@platz/domain";
import { count, desc, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { helmCharts, helmTagFormats } from "../schema/index.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

/** Newest first: the order in which they are tried. */
export async function listHelmTagFormats(
  db: Queryable,
  { pattern, page }: { readonly pattern?: string | undefined; readonly page: PageRequest },
): Promise<Page<HelmTagFormat>> {
  const where = matching(helmTagFormats.pattern, pattern);
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select()
        .from(helmTagFormats)
        .where(where)
        .orderBy(desc(helmTagFormats.createdAt), desc(helmTagFormats.id))
        .limit(limit)
        .offset(offset),
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

/** How many charts were read by a format. */
export async function countChartsOfTagFormat(db: Queryable, id: HelmTagFormatId): Promise<number> {
  const [row] = await db.select({ n: count() }).from(helmCharts).where(eq(helmCharts.tagFormatId, id));
  return row?.n ?? 0;
}
