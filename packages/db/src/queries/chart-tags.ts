import type { HelmChart, HelmChartId, HelmTagFormatId } from "@platz/domain";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { helmCharts } from "../schema/index.ts";

/** What is recorded of a chart's tag. */
export type ChartTag = Pick<
  HelmChart,
  "id" | "imageTag" | "tagFormatId" | "parsedVersion" | "parsedRevision" | "parsedBranch" | "parsedCommit"
>;

/** Charts by id, beginning after one; all of them, or those that were read by one format. */
export async function listChartTags(
  db: Queryable,
  options: {
    readonly after?: HelmChartId | undefined;
    readonly tagFormatId?: HelmTagFormatId | undefined;
    readonly limit: number;
  },
): Promise<readonly ChartTag[]> {
  const { after, tagFormatId, limit } = options;
  return await db
    .select({
      id: helmCharts.id,
      imageTag: helmCharts.imageTag,
      tagFormatId: helmCharts.tagFormatId,
      parsedVersion: helmCharts.parsedVersion,
      parsedRevision: helmCharts.parsedRevision,
      parsedBranch: helmCharts.parsedBranch,
      parsedCommit: helmCharts.parsedCommit,
    })
    .from(helmCharts)
    .where(
      and(
        after === undefined ? undefined : gt(helmCharts.id, after),
        tagFormatId === undefined ? undefined : eq(helmCharts.tagFormatId, tagFormatId),
      ),
    )
    .orderBy(asc(helmCharts.id))
    .limit(limit);
}

/** Writes what was read of the tags of these charts, by one statement. */
export async function updateChartTags(db: Queryable, tags: readonly ChartTag[]): Promise<void> {
  await db.execute(sql`
    update helm_charts set
      tag_format_id = t.tag_format_id::uuid,
      parsed_version = t.parsed_version,
      parsed_revision = t.parsed_revision,
      parsed_branch = t.parsed_branch,
      parsed_commit = t.parsed_commit
    from json_to_recordset(${JSON.stringify(
      tags.map((tag) => ({
        id: tag.id,
        tag_format_id: tag.tagFormatId,
        parsed_version: tag.parsedVersion,
        parsed_revision: tag.parsedRevision,
        parsed_branch: tag.parsedBranch,
        parsed_commit: tag.parsedCommit,
      })),
    )}::text::json) as t(id uuid, tag_format_id text, parsed_version text, parsed_revision text, parsed_branch text, parsed_commit text)
    where helm_charts.id = t.id`);
}
