import type {
  HelmRegistry,
  HelmRegistryId,
  KindId,
  Page,
  PageRequest,
  UpdateHelmRegistry,
} from "@platz/domain";
import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, helmCharts, helmRegistries } from "../schema/index.ts";
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

/** The repository, held against other edits until the transaction ends. */
export async function lockHelmRegistry(db: Queryable, id: HelmRegistryId): Promise<HelmRegistry | undefined> {
  const [row] = await db.select().from(helmRegistries).where(eq(helmRegistries.id, id)).for("no key update");
  return row;
}

/** Saves an edit and counts it. */
export async function updateHelmRegistryRow(
  db: Queryable,
  { id, faIcon, kindId }: Omit<UpdateHelmRegistry, "version">,
): Promise<HelmRegistry | undefined> {
  const [row] = await db
    .update(helmRegistries)
    .set({ faIcon, kindId, version: sql`${helmRegistries.version} + 1` })
    .where(eq(helmRegistries.id, id))
    .returning();
  return row;
}

/** How many deployments run a chart of this repository. */
export async function countDeploymentsOfRegistry(db: Queryable, id: HelmRegistryId): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(deployments)
    .innerJoin(helmCharts, eq(helmCharts.id, deployments.helmChartId))
    .where(eq(helmCharts.helmRegistryId, id));
  return row?.n ?? 0;
}
