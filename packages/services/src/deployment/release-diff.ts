import { type ClusterAnswer, PreconditionFailed, type PreviewDeployment } from "@platz/domain";
import { askCluster } from "../cluster-question/ask.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { renderEdit } from "./render-edit.ts";
import { sealToApply } from "./to-apply.ts";

/**
 * How the live release of a deployment would change, by the edit that is given or, without one, by a Reinstall: object by
 * object, by the agent that holds its cluster. Checked like the edit itself; nothing is written. Throws `Unavailable` when
 * no agent answers in time.
 */
export async function diffRelease(
  context: ServiceContext,
  input: PreviewDeployment,
): Promise<ClusterAnswer<"ReleaseDiff">> {
  const { stored, rendered } = await inTransaction(context, (context) => renderEdit(context, input));
  if (stored.revisionId === null) {
    throw new PreconditionFailed("The deployment is not installed: there is nothing to compare with.");
  }
  const { id, clusterId, namespace } = stored;
  const sealed = await sealToApply(context.keyring, id, rendered);
  return await askCluster(context, {
    clusterId,
    question: { kind: "ReleaseDiff", deploymentId: id, namespace, sealed },
  });
}
