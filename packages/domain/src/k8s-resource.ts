import { z } from "zod";
import { ClusterId, DeploymentId, K8sResourceId } from "./ids.ts";
import { JsonObject } from "./json.ts";

export const k8sResourceKinds = ["Deployment", "StatefulSet", "Job", "Pod"] as const;
export const K8sResourceKind = z.enum(k8sResourceKinds);
export type K8sResourceKind = z.output<typeof K8sResourceKind>;

/** A workload of a deployment as the cluster last showed it. `statusColor` has one colour per replica (workers spec 3.4). */
export const K8sResource = z.object({
  id: K8sResourceId,
  lastUpdatedAt: z.date(),
  clusterId: ClusterId,
  deploymentId: DeploymentId,
  kind: K8sResourceKind,
  apiVersion: z.string(),
  name: z.string(),
  statusColor: z.array(z.string()),
  metadata: JsonObject,
});
export type K8sResource = z.output<typeof K8sResource>;
