import type { HelmRegistry, HelmRegistryId, KindId, Page, PageRequest } from "@platz/domain";
import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { helmRegistries } from "../schema/index.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

export interface HelmRegistryFilter {
  readonly repoName?: string | undefined;
  readonly kindId?: KindId | undefined;
}

export async function listHelmRegistries(
  db: Queryable,
  { filter, page }: { readonly filter: HelmRegistryFilter; readonly page: PageRequest },
): Promise<Page<HelmRegistry>> {
  const where = and(
    matching(helmRegistries.repoName, filter.repoName),
    matching(helmRegistries.kindId, filter.kindId),
  );
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select()
        .from(helmRegistries)
        .where(where)
        .orderBy(asc(helmRegistries.createdAt), asc(helmRegistries.id))
        .limit(limit)
        .offset(offset),
    total: () => db.select({ n: count() }).from(helmRegistries).where(where),
  });
}

export async function findHelmRegistry(db: Queryable, id: HelmRegistryId): Promise<HelmRegistry | undefined> {
  const [row] = await db.select().from(helmRegistries).where(eq(helmRegistries.id, id));
  return row;
}
