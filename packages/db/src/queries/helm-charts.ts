import type { HelmChart, HelmChartId, HelmRegistryId, KindId, OneOf, Page, Range } from "@platz/domain";
import { and, count, eq, exists, getColumns, inArray, notExists, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { deployments, helmCharts, helmRegistries } from "../schema/index.ts";
import { type ListOptions, listOf } from "./list-of.ts";
import { matching, within } from "./matching.ts";

/** A chart in a list: whether it ships extensions, without the documents themselves. */
export type HelmChartSummary = Omit<
  HelmChart,
  "valuesUi" | "actionsSchema" | "features" | "resourceTypes"
> & { readonly kindId: KindId; readonly hasForm: boolean; readonly hasActions: boolean };

/** A chart with the kind that its registry makes. */
export type HelmChartOfKind = HelmChart & { readonly kindId: KindId };

export interface HelmChartFilter {
  readonly helmRegistryId?: OneOf<HelmRegistryId> | undefined;
  readonly kindId?: OneOf<KindId> | undefined;
  readonly parsedBranch?: OneOf<string> | null | undefined;
  /** Whether any deployment has it. */
  readonly inUse?: boolean | undefined;
  readonly createdAt?: Range<Date> | undefined;
  readonly available?: boolean | undefined;
}

const { valuesUi, actionsSchema, features, resourceTypes, ...lightColumns } = getColumns(helmCharts);

const partOf = listOf("charts", {
  sorts: { createdAt: [helmCharts.createdAt] },
  unique: helmCharts.id,
});

/** Newest first. */
export async function listHelmCharts(
  db: Queryable,
  { filter, list }: { readonly filter: HelmChartFilter; readonly list: ListOptions<"charts"> },
): Promise<Page<HelmChartSummary>> {
  const where = and(
    matching(helmCharts.helmRegistryId, filter.helmRegistryId),
    ofKind(db, filter.kindId),
    matching(helmCharts.parsedBranch, filter.parsedBranch),
    matching(helmCharts.available, filter.available),
    within(helmCharts.createdAt, filter.createdAt),
    inUse(db, filter.inUse),
  );
  const ofRegistry = eq(helmRegistries.id, helmCharts.helmRegistryId);
  return await partOf(list, where, {
    rows: (part) =>
      db
        .select({
          ...part.place,
          ...lightColumns,
          kindId: helmRegistries.kindId,
          hasForm: sql<boolean>`${valuesUi} is not null`,
          hasActions: sql<boolean>`${actionsSchema} is not null`,
        })
        .from(helmCharts)
        .innerJoin(helmRegistries, ofRegistry)
        .where(part.where)
        .orderBy(...part.orderBy)
        .limit(part.limit)
        .offset(part.offset),
    total: () => db.select({ n: count() }).from(helmCharts).where(where),
  });
}

function ofKind(db: Queryable, kindId: HelmChartFilter["kindId"]) {
  if (kindId === undefined) return undefined;
  const registries = db
    .select({ id: helmRegistries.id })
    .from(helmRegistries)
    .where(matching(helmRegistries.kindId, kindId));
  return inArray(helmCharts.helmRegistryId, registries);
}

function inUse(db: Queryable, wanted: boolean | undefined) {
  if (wanted === undefined) return undefined;
  const used = db
    .select({ id: deployments.id })
    .from(deployments)
    .where(eq(deployments.helmChartId, helmCharts.id));
  return wanted ? exists(used) : notExists(used);
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
