import type { ClusterAnswer, DeploymentId } from "@platz/domain";
import { askCluster } from "../cluster-question/ask.ts";
import type { ServiceContext } from "../context.ts";
import { podPlace } from "./pod-place.ts";

/** The pods of a deployment with their containers, as they are now, the newest first. */
export async function listPods(
  context: ServiceContext,
  deploymentId: DeploymentId,
): Promise<ClusterAnswer<"Pods">> {
  const { clusterId, place } = await podPlace(context, deploymentId, "see its pods");
  return await askCluster(context, { clusterId, question: { kind: "Pods", ...place } });
}
