import type { Database } from "@platz/db";
import { helmCharts } from "@platz/db/schema";
import type { Deployment } from "@platz/domain";
import { eq, sql } from "drizzle-orm";

/** A younger chart of the repository of another one. */
export async function publishChart(
  db: Database,
  of: Pick<Deployment, "helmChartId">,
  more: Partial<typeof helmCharts.$inferInsert> = {},
) {
  const [present] = await db.select().from(helmCharts).where(eq(helmCharts.id, of.helmChartId));
  if (present === undefined) throw new Error("no chart");
  const { id: _, ...chart } = present;
  const mark = crypto.randomUUID();
  const [published] = await db
    .insert(helmCharts)
    .values({
      ...chart,
      imageDigest: `sha256:${mark}`,
      imageTag: mark,
      createdAt: sql`greatest(now(), ${present.createdAt.toISOString()}::timestamptz) + interval '1 second'`,
      parsedBranch: "main",
      signature: null,
      ...more,
    })
    .returning();
  if (published === undefined) throw new Error("no chart");
  return published;
}
