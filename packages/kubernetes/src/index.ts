export { type ChangedField, changedFields } from "./changed-fields.ts";
export { type ClusterClient, openCluster } from "./cluster-client.ts";
export { JobHost } from "./job-host.ts";
export {
  type ClusterConnection,
  KubeconfigError,
  kubeconfigYaml,
  loadKubeconfig,
} from "./kubeconfig.ts";
export {
  describeKubernetesError,
  isConflict,
  isNotFound,
  isUnauthorized,
  isUnreachable,
  KubernetesError,
} from "./kubernetes-error.ts";
export { DEPLOYMENT_ANNOTATION, NAMESPACE_LABEL, type Namespace } from "./namespaces.ts";
export type { ReleaseRecord } from "./release-records.ts";
export { REQUEST_LIMIT_VARIABLE, requestLimitNotice, WATCHES_PER_CLUSTER } from "./request-limit.ts";
export type { AppliedSecret } from "./secrets.ts";
export { type WorkloadKind, type WorkloadSummary, workloadKinds } from "./summary.ts";
export { currentToken, type TokenSource } from "./token-source.ts";
export type { ClusterHandlers } from "./watch-cluster.ts";
export { type RolloutKind, type RolloutProgress, rolloutKinds, type Workload } from "./workloads.ts";
