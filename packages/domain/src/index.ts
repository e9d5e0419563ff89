export {
  AuditEntry,
  AuditFilter,
  type AuditHead,
  type AuditLinkKind,
  AuditOutcome,
  auditLinkKinds,
  auditOutcomes,
  FieldChanges,
} from "./audit-entry.ts";
export { Bot, BotToken, NewBot, NewBotToken, UpdateBot } from "./bot.ts";
export { BATCH_CALLS_MAX, BATCH_URL_CHARACTERS_MAX } from "./call-batch.ts";
export {
  judgedObjects,
  type ObjectNeeds,
  objectNeeds,
  type ReleasePlace,
} from "./chart-rights/object-needs.ts";
export { isCustomGroup, type KnownScopes, scopeKey } from "./chart-rights/object-scope.ts";
export { OutsideObject, outsideObjects } from "./chart-rights/outside-object.ts";
export { type PodTemplate, podTemplateOf } from "./chart-rights/pod-template.ts";
export { type RenderedObject, renderedObjects } from "./chart-rights/rendered-object.ts";
export {
  leastGrant,
  UngrantedObject,
  ungrantedObjects,
  ungrantedSentence,
} from "./chart-rights/ungranted.ts";
export {
  type ClusterAnswer,
  type ClusterAnswerSchemas,
  ClusterQuestion,
  type ClusterQuestionKind,
  type ClusterQuestionOf,
  clusterAnswers,
  type DeploymentEvent,
  type DeploymentPod,
  POD_LOG_BYTES_MAX,
  POD_LOG_LINES_MAX,
  PodLogRequest,
  type ReleaseObjectChange,
  type RenderedText,
} from "./cluster-question.ts";
export {
  BulkUpgrade,
  Deployment,
  DeploymentStatus,
  deploymentStatuses,
  NewDeployment,
  PreviewDeployment,
  RollbackDeployment,
  UpdateDeployment,
} from "./deployment.ts";
export {
  type HostnameFormat,
  hostLabel,
  hostnameFormats,
  ingressHost,
  isReservedHost,
  namespaceName,
  requireDeploymentName,
} from "./deployment-name.ts";
export {
  DeploymentResource,
  DeploymentResourceType,
  NewDeploymentResource,
  type ResourceChange,
  ResourceSyncStatus,
  resourceChanges,
  resourceSyncStatuses,
  syncStatusDuring,
  UpdateDeploymentResource,
} from "./deployment-resource.ts";
export {
  DeploymentTask,
  DeploymentTaskStatus,
  deploymentTaskStatuses,
  RequestedOperation,
  TaskLogChunk,
} from "./deployment-task.ts";
export { Drift } from "./drift.ts";
export {
  DeploymentPermission,
  DeploymentRole,
  deploymentRoles,
  Env,
  EnvUserPermission,
  EnvUserRole,
  envUserRoles,
  NewDeploymentPermission,
  NewEnv,
  NewEnvUserPermission,
  UpdateDeploymentPermission,
  UpdateEnv,
  UpdateEnvUserPermission,
} from "./env.ts";
export { Conflict } from "./errors/conflict.ts";
export { DomainError, type ErrorKind, errorKinds } from "./errors/domain-error.ts";
export { Forbidden } from "./errors/forbidden.ts";
export { type FieldIssue, Invalid } from "./errors/invalid.ts";
export { NotFound } from "./errors/not-found.ts";
export { NothingChanged } from "./errors/nothing-changed.ts";
export { OperationFailed } from "./errors/operation-failed.ts";
export { PreconditionFailed } from "./errors/precondition-failed.ts";
export { TooManyRequests } from "./errors/too-many-requests.ts";
export { Unauthenticated } from "./errors/unauthenticated.ts";
export { Unavailable } from "./errors/unavailable.ts";
export {
  ChartSignature,
  DeploymentKind,
  HelmChart,
  HelmRegistry,
  HelmTagFormat,
  helmRegistryProviders,
  NewHelmTagFormat,
  SigningKey,
  signatureStatuses,
  UpdateDeploymentKind,
  UpdateHelmRegistry,
} from "./helm-chart.ts";
export { Identity } from "./identity.ts";
export {
  AuditEntryId,
  BotId,
  BotTokenId,
  ClusterId,
  ClusterQuestionId,
  DeploymentId,
  DeploymentPermissionId,
  DeploymentResourceId,
  DeploymentResourceTypeId,
  DeploymentTaskId,
  EnvId,
  EnvUserPermissionId,
  HelmChartId,
  HelmRegistryId,
  HelmTagFormatId,
  K8sResourceId,
  KindGrantId,
  KindId,
  ResourceOfferId,
  SecretId,
  SessionId,
  StatusChangeId,
  UpgradePolicyId,
  UserId,
  UserTokenId,
} from "./ids.ts";
export { Instant } from "./instant.ts";
export { Json, JsonObject } from "./json.ts";
export { type JsonDiff, jsonDiff, sameJson } from "./json-diff.ts";
export { type ClusterMoveReport, K8sCluster, UpdateK8sCluster } from "./k8s-cluster.ts";
export { K8sResource, K8sResourceKind, k8sResourceKinds } from "./k8s-resource.ts";
export {
  EffectiveGrant,
  effectiveGrant,
  GrantPreset,
  grantPresets,
  KindGrant,
  LeastGrant,
  NewKindDefault,
  NewKindGrant,
  NewKindGrantForChart,
  PodSecurity,
  PodSecurityLevel,
  podSecurityLevels,
  presetClusterRoles,
} from "./kind-grant.ts";
export { kindNameOfRepository } from "./kind-name.ts";
export { statusAfter, statusAfterFailure, statusDuring } from "./lifecycle/deployment-lifecycle.ts";
export { Operation, type OperationKind, type OperationOf } from "./operations/index.ts";
export {
  type ListName,
  type ListRequest,
  listSorts,
  type OneOf,
  type Page,
  PageRequest,
  type Range,
  type Sort,
  type SortColumn,
  sortsOf,
} from "./page.ts";
export { ReportedStatus } from "./reported-status.ts";
export { ApproveResourceType, NewResourceOffer, ResourceOffer } from "./resource-offer.ts";
export { EventTable, type EventVisibility, eventTables, eventVisibilities, RowEvent } from "./row-event.ts";
export { NewSecret, SecretSummary, UpdateSecret } from "./secret.ts";
export { Session, sessionKinds } from "./session.ts";
export { StatusChange, statusNoticeLevels } from "./status-change.ts";
export { SetUpgradePolicy, UpgradePolicy, UpgradeWindow } from "./upgrade-policy.ts";
export { UpdateUser, User } from "./user.ts";
export { NewUserToken, UserToken } from "./user-token.ts";
