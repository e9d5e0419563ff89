import { findHelmChart } from "@platz/db/queries/helm-charts";
import { findHelmRegistry } from "@platz/db/queries/helm-registries";
import { type ClusterAnswer, type ClusterQuestionOf, NotFound, PreconditionFailed } from "@platz/domain";
import { redactor } from "@platz/helm";
import { openToApply, type ServiceDependencies } from "@platz/services";
import type { OperationDependencies } from "../operations/operation-runner.ts";
import type { QuestionContext } from "./answerers.ts";
import { diffManifests } from "./diff-manifests.ts";

/** What it takes to render a chart. */
export type Rendering = Pick<ServiceDependencies, "db" | "keyring"> &
  Pick<OperationDependencies, "helm" | "chartArchive">;

/** Renders what would be applied and compares it with the manifest of the newest revision. */
export async function releaseDiff(
  { deploymentId, namespace, sealed }: ClusterQuestionOf<"ReleaseDiff">,
  { cluster, signal, rendering }: QuestionContext,
): Promise<ClusterAnswer<"ReleaseDiff">> {
  const { db, keyring, helm, chartArchive } = rendering;
  const { helmChartId, values, valuesOverride, confidential } = await openToApply(
    keyring,
    deploymentId,
    sealed,
  );
  const [newest] = await cluster.listReleaseRecords({ namespace, release: namespace }, signal);
  if (newest === undefined) throw new PreconditionFailed(`The release ${namespace} is not on its cluster.`);
  const chart = await findHelmChart(db, helmChartId);
  const registry = chart && (await findHelmRegistry(db, chart.helmRegistryId));
  if (!chart || !registry) throw new NotFound("chart", helmChartId);
  const { chartArchive: archive, skipSchemaValidation } = await chartArchive(chart, registry, signal);
  const result = await helm.run(
    {
      command: "template",
      release: namespace,
      namespace,
      chartArchive: archive,
      skipSchemaValidation,
      values: [JSON.stringify(values), JSON.stringify(valuesOverride)],
    },
    { signal, secrets: confidential },
  );
  if (result.failure !== undefined) throw new PreconditionFailed(result.failure);
  const live = await cluster.releaseManifest({ namespace, secretName: newest.secretName }, signal);
  return diffManifests(live, result.answer, redactor(confidential));
}
