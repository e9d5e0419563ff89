export { type ChangedField, changedFields } from "./changed-fields.ts";
export { type ClusterClient, openCluster } from "./cluster-client.ts";
export { type AccountToken, accountKubeconfig, connectionAs } from "./identities/account-token.ts";
export { deleteObject, type ReleaseObject } from "./identities/delete-object.ts";
export { accountName, type Identity, IdentityHost, noIdentity } from "./identities/identity-host.ts";
export { refusedPod } from "./identities/refused-pod.ts";
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
export {
  DEPLOYMENT_ANNOTATION,
  NAMESPACE_LABEL,
  type Namespace,
  type NamespacePodSecurity,
} from "./namespaces.ts";
export type { ReleaseRecord } from "./release-records.ts";
export { REQUEST_LIMIT_VARIABLE, requestLimitNotice, WATCHES_PER_CLUSTER } from "./request-limit.ts";
export { clusterRights, grantAllRights, identityRights, jobRights } from "./rights/agent-rights.ts";
export { applyRights } from "./rights/apply-rights.ts";
export { accountRoles, CRDS_LABEL, definitionRights } from "./rights/cluster-roles.ts";
export {
  grantAllObjects,
  manifestYaml,
  type RightsPlaces,
  rightsObjects,
  standardPlaces,
} from "./rights/manifest.ts";
export { missingRights } from "./rights/missing-rights.ts";
export type { Right } from "./rights/right.ts";
export type { AppliedSecret } from "./secrets.ts";
export { type WorkloadKind, type WorkloadSummary, workloadKinds } from "./summary.ts";
export { currentToken, type TokenSource } from "./token-source.ts";
export type { ClusterHandlers } from "./watch-cluster.ts";
export { type RolloutKind, type RolloutProgress, rolloutKinds, type Workload } from "./workloads.ts";
