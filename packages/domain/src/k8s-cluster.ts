import { z } from "zod";
import { ClusterId, type DeploymentId, EnvId } from "./ids.ts";

/** A Kubernetes cluster that an agent has found. `ignore` is set until somebody puts it to use. */
export const K8sCluster = z.object({
  id: ClusterId,
  envId: EnvId.nullable(),
  /** What names it for its provider: an ARN, `local:<context>`. */
  providerId: z.string(),
  createdAt: z.date(),
  version: z.int32(),
  lastSeenAt: z.date(),
  name: z.string(),
  regionName: z.string(),
  isOk: z.boolean(),
  notOkReason: z.string().nullable(),
  ignore: z.boolean(),
  ingressDomain: z.string().nullable(),
  ingressClass: z.string().nullable(),
  ingressTlsSecretName: z.string().nullable(),
  grafanaUrl: z.string().nullable(),
  grafanaDatasourceName: z.string().nullable(),
});
export type K8sCluster = z.output<typeof K8sCluster>;

const dnsName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "must be a DNS name such as apps.example.com",
  );

/** What an admin may set on a cluster: absent leaves a setting, `null` clears it (API spec 5.5). */
export const UpdateK8sCluster = z.strictObject({
  id: ClusterId,
  /** The one that was seen: with it, a stale edit is a conflict. */
  version: z.int32().optional(),
  ignore: z.boolean().optional(),
  envId: EnvId.nullable().optional(),
  /** Says that its deployments may move to the other env along with it, and be reinstalled there. */
  confirmMove: z.boolean().optional(),
  ingressDomain: dnsName.nullable().optional(),
  ingressClass: dnsName.nullable().optional(),
  ingressTlsSecretName: dnsName.nullable().optional(),
  grafanaUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .optional(),
  grafanaDatasourceName: z.string().max(200).nullable().optional(),
});
export type UpdateK8sCluster = z.output<typeof UpdateK8sCluster>;

/** What moving a cluster to another env means for what is deployed on it. */
export interface ClusterMoveReport {
  /** Every deployment goes along; enabled ones are reinstalled with what the new env sets. */
  readonly deployments: readonly {
    readonly id: DeploymentId;
    readonly label: string;
    readonly enabled: boolean;
    /** Secrets of the old env that its inputs name, as collection/name. They stay behind. */
    readonly secretsLeftBehind: readonly string[];
  }[];
  /** Why the move cannot be made as things are; nothing when it can. */
  readonly obstacle: string | null;
}
