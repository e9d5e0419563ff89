import { z } from "zod";
import { ClusterId, EnvId } from "./ids.ts";

/** A Kubernetes cluster that an agent has found. `ignore` is set until somebody puts it to use. */
export const K8sCluster = z.object({
  id: ClusterId,
  envId: EnvId.nullable(),
  /** What names it for its provider: an ARN, `local:<context>`. */
  providerId: z.string(),
  createdAt: z.date(),
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
  ignore: z.boolean().optional(),
  envId: EnvId.nullable().optional(),
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
