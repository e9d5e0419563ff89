import { type ClusterAnswer, type ClusterQuestionOf, PreconditionFailed } from "@platz/domain";
import { chartComputer } from "@platz/services";
import { releaseAsChart } from "../release-as-chart.ts";
import type { QuestionContext } from "./answerers.ts";
import { apiVersionsIn, requireReleasable } from "./render.ts";

/** Which objects and hooks of a running release a grant does not cover. What they hold is not told. */
export async function releaseRights(
  { namespace, grant }: ClusterQuestionOf<"ReleaseRights">,
  { cluster, signal, rendering }: QuestionContext,
): Promise<ClusterAnswer<"ReleaseRights">> {
  const [newest] = await cluster.listReleaseRecords({ namespace, release: namespace }, signal);
  if (newest === undefined) throw new PreconditionFailed(`The release ${namespace} is not on its cluster.`);
  const manifest = await cluster.releaseObjects({ namespace, secretName: newest.secretName }, signal);
  requireReleasable(manifest);
  const scopes = await cluster.kindScopes(apiVersionsIn(manifest), signal);
  const chart = releaseAsChart({ namespace, secretName: newest.secretName });
  const { ungranted, leastGrant } = await chartComputer(rendering).compute(chart, "readRendering", {
    manifest,
    namespace,
    confidential: [],
    scopes: [...scopes],
    grant,
  });
  return { ungranted, leastGrant };
}
