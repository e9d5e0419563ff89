import type { JsonObject } from "./json.ts";
import type { Get, Listed, OneOf } from "./lists.ts";

/** A Kubernetes cluster that an agent has found. */
export interface Cluster {
  readonly id: string;
  readonly envId: string | null;
  /** What names it for its provider: an ARN, `local:<context>`. */
  readonly providerId: string;
  readonly createdAt: string;
  readonly version: number;
  readonly lastSeenAt: string;
  readonly name: string;
  readonly regionName: string;
  readonly isOk: boolean;
  readonly notOkReason: string | null;
  readonly ignore: boolean;
  readonly ingressDomain: string | null;
  readonly ingressClass: string | null;
  readonly ingressTlsSecretName: string | null;
  readonly grafanaUrl: string | null;
  readonly grafanaDatasourceName: string | null;
}

export interface ClusterFilters {
  envId?: OneOf<string> | null | undefined;
  name?: string | undefined;
}

export interface Clusters extends Listed<Cluster, ClusterFilters, "createdAt" | "name"> {
  readonly get: Get<Cluster>;
}

export type K8sResourceKind = "Deployment" | "StatefulSet" | "Job" | "Pod";

/** A workload of a deployment as the cluster last showed it. */
export interface K8sResource {
  readonly id: string;
  readonly lastUpdatedAt: string;
  readonly clusterId: string;
  readonly deploymentId: string;
  readonly kind: K8sResourceKind;
  readonly apiVersion: string;
  readonly name: string;
  /** One for each replica. */
  readonly statusColor: readonly string[];
  readonly metadata: JsonObject;
}

export interface K8sResourceFilters {
  clusterId?: OneOf<string> | undefined;
  deploymentId?: OneOf<string> | null | undefined;
  kind?: OneOf<K8sResourceKind> | undefined;
  name?: OneOf<string> | undefined;
}

export interface K8sResources
  extends Listed<K8sResource, K8sResourceFilters, "kind" | "name" | "lastUpdatedAt"> {
  readonly get: Get<K8sResource>;
}
