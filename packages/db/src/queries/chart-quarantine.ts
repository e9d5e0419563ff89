import type { HelmChartId } from "@platz/domain";
import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { helmCharts } from "../schema/index.ts";

/** Charts of this digest are computed no more, for this reason. The first reason stays. Says how many. */
export async function quarantineCharts(db: Queryable, imageDigest: string, reason: string): Promise<number> {
  const rows = await db
    .update(helmCharts)
    .set({ quarantine: reason })
    .where(and(eq(helmCharts.imageDigest, imageDigest), isNull(helmCharts.quarantine)))
    .returning({ id: helmCharts.id });
  return rows.length;
}

/** Why a chart of this digest cannot be read, if it has cost the process that read it. */
export async function findQuarantine(db: Queryable, imageDigest: string): Promise<string | undefined> {
  const [row] = await db
    .select({ error: helmCharts.error, quarantine: helmCharts.quarantine })
    .from(helmCharts)
    .where(and(eq(helmCharts.imageDigest, imageDigest), isNotNull(helmCharts.quarantine)))
    .limit(1);
  return row?.error ?? row?.quarantine ?? undefined;
}

/** The charts of the same digest as this one may be computed again. Says which that are; none when none was stopped. */
export async function releaseCharts(db: Queryable, imageDigest: string): Promise<HelmChartId[]> {
  const rows = await db
    .update(helmCharts)
    .set({ quarantine: null })
    .where(and(eq(helmCharts.imageDigest, imageDigest), isNotNull(helmCharts.quarantine)))
    .returning({ id: helmCharts.id });
  return rows.map(({ id }) => id);
}
