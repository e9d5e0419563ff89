import { type ClusterAnswer, type ClusterQuestionOf, PreconditionFailed } from "@platz/domain";
import type { QuestionContext } from "./answerers.ts";
import { readRendering } from "./read-rendering.ts";
import { apiVersionsIn } from "./render.ts";

/** Which objects and hooks of a running release a grant does not cover. What they hold is not told. */
export async function releaseRights(
  { namespace, grant }: ClusterQuestionOf<"ReleaseRights">,
  { cluster, signal }: QuestionContext,
): Promise<ClusterAnswer<"ReleaseRights">> {
  const [newest] = await cluster.listReleaseRecords({ namespace, release: namespace }, signal);
  if (newest === undefined) throw new PreconditionFailed(`The release ${namespace} is not on its cluster.`);
  const manifest = await cluster.releaseObjects({ namespace, secretName: newest.secretName }, signal);
  const scopes = await cluster.kindScopes(apiVersionsIn(manifest), signal);
  const { ungranted, leastGrant } = readRendering({ manifest, namespace, confidential: [], scopes, grant });
  return { ungranted, leastGrant };
}
