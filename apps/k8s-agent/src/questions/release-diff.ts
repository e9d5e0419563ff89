import { type ClusterAnswer, type ClusterQuestionOf, PreconditionFailed } from "@platz/domain";
import { chartComputer } from "@platz/services";
import type { QuestionContext } from "./answerers.ts";
import { renderChart } from "./render-chart.ts";

/** Renders what would be applied and compares it with the manifest of the newest revision. */
export async function releaseDiff(
  { deploymentId, namespace, sealed }: ClusterQuestionOf<"ReleaseDiff">,
  { cluster, signal, rendering }: QuestionContext,
): Promise<ClusterAnswer<"ReleaseDiff">> {
  const [newest] = await cluster.listReleaseRecords({ namespace, release: namespace }, signal);
  if (newest === undefined) throw new PreconditionFailed(`The release ${namespace} is not on its cluster.`);
  const toRender = { deploymentId, release: namespace, sealed, includeCrds: false };
  const { chart, manifest, confidential } = await renderChart(rendering, toRender, signal);
  const live = await cluster.releaseManifest({ namespace, secretName: newest.secretName }, signal);
  const input = { live, next: manifest, confidential };
  return await chartComputer(rendering).compute(chart, "diffManifests", input);
}
