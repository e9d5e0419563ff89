import { findHelmChart } from "@platz/db/queries/helm-charts";
import { findHelmRegistry } from "@platz/db/queries/helm-registries";
import { type DeploymentId, type HelmChart, NotFound, PreconditionFailed } from "@platz/domain";
import { openToApply, type ServiceDependencies } from "@platz/services";
import type { OperationDependencies } from "../operations/operation-runner.ts";

/** What it takes to render a chart. */
export type Rendering = Pick<ServiceDependencies, "db" | "keyring" | "computer"> &
  Pick<OperationDependencies, "helm" | "chartArchive">;

export interface ChartToRender {
  readonly deploymentId: DeploymentId;
  readonly release: string;
  readonly sealed: string;
  /** Also what an install makes of the chart's `crds` folder. */
  readonly includeCrds: boolean;
}

export interface RenderedChart {
  readonly chart: HelmChart;
  readonly manifest: string;
  /** Texts that nobody may be told. */
  readonly confidential: readonly string[];
}

/** The manifest that Helm makes of a chart, without a cluster: `lookup` finds nothing, and no credential is at hand. */
export async function renderChart(
  { db, keyring, helm, chartArchive }: Rendering,
  { deploymentId, release, sealed, includeCrds }: ChartToRender,
  signal: AbortSignal,
): Promise<RenderedChart> {
  const toApply = await openToApply(keyring, deploymentId, sealed);
  const { helmChartId, values, valuesOverride, confidential } = toApply;
  const chart = await findHelmChart(db, helmChartId);
  const registry = chart && (await findHelmRegistry(db, chart.helmRegistryId));
  if (!chart || !registry) throw new NotFound("chart", helmChartId);
  const { chartArchive: archive, skipSchemaValidation } = await chartArchive(chart, registry, signal);
  const result = await helm.run(
    {
      command: "template",
      release,
      namespace: release,
      chartArchive: archive,
      skipSchemaValidation,
      includeCrds,
      values: [JSON.stringify(values), JSON.stringify(valuesOverride)],
    },
    { signal, secrets: confidential },
  );
  if (result.failure !== undefined) throw new PreconditionFailed(result.failure);
  return { chart, manifest: result.answer, confidential };
}
