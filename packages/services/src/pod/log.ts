import type { ClusterAnswer, PodLogRequest } from "@platz/domain";
import { askCluster } from "../cluster-question/ask.ts";
import type { ServiceContext } from "../context.ts";
import { podPlace } from "./pod-place.ts";

/** The end of the log of a pod's container. */
export async function readPodLog(
  context: ServiceContext,
  request: PodLogRequest,
): Promise<ClusterAnswer<"PodLog">> {
  const { clusterId, place } = await podPlace(context, request.deploymentId, "read its logs");
  return await askCluster(context, { clusterId, question: { kind: "PodLog", ...request, ...place } });
}
