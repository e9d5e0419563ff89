import { releaseCharts } from "@platz/db/queries/chart-quarantine";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import { type HelmChartId, NotFound, PreconditionFailed } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/**
 * Lets a chart be computed again that has cost a process, with all charts of the same digest: the machine may have been
 * at fault, or a limit been raised. One that could not even be read stays as it is, for nothing of it is known.
 */
export async function releaseChart(context: ServiceContext, id: HelmChartId): Promise<void> {
  requireSiteAdmin(context, "let a chart be computed again");
  await inTransaction(context, async (context) => {
    const { db } = context;
    const chart = await findHelmChart(db, id);
    if (!chart) throw new NotFound("chart", id);
    if (chart.quarantine === null)
      throw new PreconditionFailed("The chart is computed as any other: nothing keeps it from that.");
    if (chart.error !== null)
      throw new PreconditionFailed(
        "The chart could not be read: publish a corrected one under a new digest.",
      );
    for (const released of await releaseCharts(db, chart.imageDigest)) {
      await recordChange(context, {
        entity: "helm_charts",
        id: released,
        envId: null,
        label: chart.imageTag,
        before: { quarantine: chart.quarantine },
        after: { quarantine: null },
      });
    }
  });
}
