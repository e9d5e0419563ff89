import type { Queryable } from "@platz/db";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import type { Deployment, DeploymentTask } from "@platz/domain";
import { chartFeatures } from "../chart/chart-extensions.ts";

/** Actions and restarts are about the application, and take as long for one chart as for another. */
const ofCharts: ReadonlySet<string> = new Set([
  "Install",
  "Upgrade",
  "Rollback",
  "Reinstall",
  "Recreate",
  "Uninstall",
]);

/** How long the chart wants a run of this task to take at most, in ms; nothing if it does not say. */
export async function wantedTimeoutMs(
  db: Queryable,
  { operation }: Pick<DeploymentTask, "operation">,
  deployment: Pick<Deployment, "helmChartId">,
): Promise<number | undefined> {
  if (!ofCharts.has(operation.kind)) return undefined;
  const id = "helmChartId" in operation ? operation.helmChartId : deployment.helmChartId;
  const chart = await findHelmChart(db, id);
  const seconds = chart === undefined ? null : chartFeatures(chart).taskTimeoutSecs;
  return seconds === null ? undefined : seconds * 1000;
}
