import { z } from "zod";
import { K8sResourceId } from "../ids.ts";

/** Restart one workload of the deployment and follow its rollout. */
export const RestartK8sResource = z.object({
  kind: z.literal("RestartK8sResource"),
  resourceId: K8sResourceId,
  resourceName: z.string().min(1).max(253),
});
