import type { HelmChart, HelmChartId, HelmRegistryId, KindId, Page, PageRequest } from "@platz/domain";
import { and, asc, count, desc, eq, getColumns, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { helmCharts, helmRegistries } from "../schema/index.ts";
import { matching } from "./matching.ts";
import { pageOf } from "./page-of.ts";

/** A chart in a list: whether it ships extensions, without the documents themselves. */
export type HelmChartSummary = Omit<
  HelmChart,
  "valuesUi" | "actionsSchema" | "features" | "resourceTypes"
> & { readonly kindId: KindId; readonly hasForm: boolean; readonly hasActions: boolean };

/** A chart with the kind that its registry makes. */
export type HelmChartOfKind = HelmChart & { readonly kindId: KindId };

export interface HelmChartFilter {
  readonly helmRegistryId?: HelmRegistryId | undefined;
  readonly kindId?: KindId | undefined;
  readonly parsedBranch?: string | undefined;
  readonly available?: boolean | undefined;
}

const { valuesUi, actionsSchema, features, resourceTypes, ...lightColumns } = getColumns(helmCharts);

/** Newest first. */
export async function listHelmCharts(
  db: Queryable,
  { filter, page }: { readonly filter: HelmChartFilter; readonly page: PageRequest },
): Promise<Page<HelmChartSummary>> {
  const where = and(
    matching(helmCharts.helmRegistryId, filter.helmRegistryId),
    matching(helmRegistries.kindId, filter.kindId),
    matching(helmCharts.parsedBranch, filter.parsedBranch),
    matching(helmCharts.available, filter.available),
  );
  const ofRegistry = eq(helmRegistries.id, helmCharts.helmRegistryId);
  return await pageOf(page, {
    rows: (limit, offset) =>
      db
        .select({
          ...lightColumns,
          kindId: helmRegistries.kindId,
          hasForm: sql<boolean>`${valuesUi} is not null`,
          hasActions: sql<boolean>`${actionsSchema} is not null`,
        })
        .from(helmCharts)
        .innerJoin(helmRegistries, ofRegistry)
        .where(where)
        .orderBy(desc(helmCharts.createdAt), asc(helmCharts.id))
        .limit(limit)
        .offset(offset),
    total: () =>
      db.select({ n: count() }).from(helmCharts).innerJoin(helmRegistries, ofRegistry).where(where),
  });
}

export async function findHelmChart(db: Queryable, id: HelmChartId): Promise<HelmChartOfKind | undefined> {
  const [row] = await db
    .select({
      ...lightColumns,
      valuesUi,
      actionsSchema,
      features,
      resourceTypes,
      kindId: helmRegistries.kindId,
    })
    .from(helmCharts)
    .innerJoin(helmRegistries, eq(helmRegistries.id, helmCharts.helmRegistryId))
    .where(eq(helmCharts.id, id));
  return row;
}
