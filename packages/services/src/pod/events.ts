import type { ClusterAnswer, DeploymentId } from "@platz/domain";
import { askCluster } from "../cluster-question/ask.ts";
import type { ServiceContext } from "../context.ts";
import { podPlace } from "./pod-place.ts";

/** What Kubernetes noted about the objects of a deployment, the latest first. */
export async function listPodEvents(
  context: ServiceContext,
  deploymentId: DeploymentId,
): Promise<ClusterAnswer<"PodEvents">> {
  const { clusterId, place } = await podPlace(context, deploymentId, "see its events");
  return await askCluster(context, { clusterId, question: { kind: "PodEvents", ...place } });
}
