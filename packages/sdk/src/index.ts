export type { Caller, Verifier } from "./caller/caller.ts";
export { createVerifier, type VerifierOptions } from "./caller/create-verifier.ts";
export { type ConnectOptions, connect } from "./client/connect.ts";
export {
  type CredentialSource,
  type Credentials,
  findCredentials,
  mountedCredentials,
  NoCredentials,
  ownDeployment,
} from "./client/credentials.ts";
export { type FieldIssue, PlatzError, type PlatzErrorKind } from "./client/platz-error.ts";
export type { Fetch } from "./fetch.ts";
export type {
  Chart,
  ChartFilters,
  ChartSummary,
  Charts,
  Kind,
  Kinds,
  Registries,
  Registry,
  RegistryFilters,
} from "./platz/charts.ts";
export type {
  Cluster,
  ClusterFilters,
  Clusters,
  K8sResource,
  K8sResourceFilters,
  K8sResourceKind,
  K8sResources,
} from "./platz/clusters.ts";
export type {
  DeploymentResource,
  DeploymentResourceFilters,
  DeploymentResources,
  DeploymentResourceType,
  DeploymentResourceTypeFilters,
  DeploymentResourceTypes,
  NewDeploymentResource,
  NewResourceOffer,
  ResourceOffer,
  ResourceOfferFilters,
  ResourceOffers,
  ResourceSyncStatus,
  UpdateDeploymentResource,
} from "./platz/deployment-resources.ts";
export type {
  DeploymentTask,
  DeploymentTaskFilters,
  DeploymentTaskStatus,
  DeploymentTaskSummary,
  DeploymentTasks,
  NewDeploymentTask,
  Operation,
  OperationSummary,
  RequestedOperation,
  TaskLog,
  TaskLogChunk,
  TaskLogRequest,
} from "./platz/deployment-tasks.ts";
export type {
  BulkUpgrade,
  BulkUpgradeOutcome,
  Deployment,
  DeploymentFilters,
  DeploymentStatus,
  DeploymentSummary,
  Deployments,
  NewDeployment,
  ReportedStatus,
  RollbackDeployment,
  StatusChange,
  UpdateDeployment,
} from "./platz/deployments.ts";
export type {
  Env,
  EnvFilters,
  Envs,
  NewEnv,
  NewSecret,
  Secret,
  SecretFilters,
  Secrets,
  UpdateEnv,
  UpdateSecret,
} from "./platz/envs.ts";
export type { Change, ChangesRequest, Events, EventTable } from "./platz/events.ts";
export type { Json, JsonObject } from "./platz/json.ts";
export type {
  GrantForChart,
  GrantPreset,
  KindGrant,
  KindGrants,
  NewKindGrant,
  NewKindGrantForChart,
  PodSecurity,
  PodSecurityLevel,
  UngrantedObject,
  WouldBeRefused,
} from "./platz/kind-grants.ts";
export type {
  CallOptions,
  Create,
  Delete,
  Get,
  Listed,
  ListRequest,
  OneOf,
  Page,
  PageRequest,
  Sort,
  TimeRange,
  Update,
} from "./platz/lists.ts";
export type { EnvRole, Me, MeApi } from "./platz/me.ts";
export type { CollectionItem, CollectionRequest, Platz } from "./platz/platz.ts";
export type {
  Pod,
  PodContainer,
  PodEvent,
  PodEvents,
  PodList,
  PodLog,
  PodLogRequest,
  Pods,
  PodsRequest,
} from "./platz/pods.ts";
export type {
  SetUpgradePolicy,
  UpgradePolicies,
  UpgradePolicy,
  UpgradeWindow,
} from "./platz/upgrade-policies.ts";
export { Refusal } from "./refusal.ts";
export { combine } from "./serve/combine.ts";
export type { Handler, HandlerOptions } from "./serve/handler.ts";
export {
  type Action,
  type ActionCall,
  type ActionDefinition,
  type ActionsOptions,
  action,
  type Method,
  serveActions,
} from "./serve/serve-actions.ts";
export {
  type RawProps,
  type Resource,
  type ResourceCall,
  type ResourcesOptions,
  type ResourceType,
  type ResourceTypeDefinition,
  resourceType,
  serveResources,
} from "./serve/serve-resources.ts";
export { type StatusOptions, serveStatus } from "./serve/serve-status.ts";
export type { Color, Metric, Notice, Status } from "./serve/status.ts";
