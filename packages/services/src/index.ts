export { type AccessScope, loadAccessScope } from "./access/access-scope.ts";
export {
  type CallerRole,
  callerRoles,
  type Permission,
  permissions,
  requireCaller,
} from "./access/permission.ts";
export { type ChainDependencies, chainAuditLog } from "./audit/chain/chain-log.ts";
export { getAuditHead } from "./audit/chain/head.ts";
export { pruneAudit } from "./audit/chain/prune.ts";
export { type KeptHead, type Verified, verifyAudit } from "./audit/chain/verify.ts";
export { exportAudit } from "./audit/export.ts";
export { listAudit } from "./audit/list.ts";
export { recordChange } from "./audit/record-change.ts";
export { type Denial, noteDenial } from "./audit/record-denial.ts";
export { createBot } from "./bot/create.ts";
export { deleteBot } from "./bot/delete.ts";
export { getBot } from "./bot/get.ts";
export { listBots } from "./bot/list.ts";
export { updateBot } from "./bot/update.ts";
export { type CreatedBotToken, createBotToken } from "./bot-token/create.ts";
export { deleteBotToken } from "./bot-token/delete.ts";
export { listBotTokens } from "./bot-token/list.ts";
export {
  type ChartComputer,
  type ComputedChart,
  chartComputer,
  computeReason,
  createChartComputer,
} from "./chart/chart-computer.ts";
export { chartActions, chartFeatures } from "./chart/chart-extensions.ts";
export { getChart } from "./chart/get.ts";
export { listCharts } from "./chart/list.ts";
export { releaseChart } from "./chart/release.ts";
export {
  type ChartToRecord,
  type FoundChart,
  type Ingested,
  ingestChart,
  withdrawTag,
} from "./chart-ingest/ingest-chart.ts";
export { recordSignatures } from "./chart-ingest/judge-charts.ts";
export type { ChartContent } from "./chart-ingest/recorded-chart.ts";
export { reparseTags } from "./chart-ingest/reparse-tags.ts";
export { deleteCluster } from "./cluster/delete.ts";
export { getCluster } from "./cluster/get.ts";
export { listClusters } from "./cluster/list.ts";
export { getClusterMoveReport } from "./cluster/move-report.ts";
export { noteSeenCluster } from "./cluster/note-seen.ts";
export { updateCluster } from "./cluster/update.ts";
export { answerClusterQuestion, type ClusterReply } from "./cluster-question/answer.ts";
export { askCluster } from "./cluster-question/ask.ts";
export { listCollectionItems, type OfferedItem } from "./collection/items.ts";
export {
  inTransaction,
  openContext,
  type RequestOrigin,
  readCaller,
  type ServiceContext,
  type ServiceDatabase,
  type ServiceDependencies,
  type ServiceLog,
} from "./context.ts";
export { type BulkUpgradeResult, bulkUpgrade } from "./deployment/bulk-upgrade.ts";
export { createDeployment } from "./deployment/create.ts";
export { deleteDeployment } from "./deployment/delete.ts";
export { forceDeleteDeployment } from "./deployment/force-delete.ts";
export { getDeployment, type ShownDeployment } from "./deployment/get.ts";
export { addressBelow, ingressOrigin } from "./deployment/ingress-origin.ts";
export { listDeployments } from "./deployment/list.ts";
export { type DeploymentPreview, previewDeployment } from "./deployment/preview.ts";
export { type NewDeploymentPreview, previewNewDeployment } from "./deployment/preview-new.ts";
export { diffRelease } from "./deployment/release-diff.ts";
export { rollbackDeployment } from "./deployment/rollback.ts";
export { openToApply } from "./deployment/to-apply.ts";
export { updateDeployment } from "./deployment/update.ts";
export { type ActionRequest, buildActionRequest } from "./deployment/values/build-action-request.ts";
export { buildHelmValues, type HelmValues } from "./deployment/values/build-helm-values.ts";
export { type ItemSource, resolveItem } from "./deployment/values/resolve-item.ts";
export { createDeploymentPermission } from "./deployment-permission/create.ts";
export { deleteDeploymentPermission } from "./deployment-permission/delete.ts";
export { getDeploymentPermission } from "./deployment-permission/get.ts";
export { listDeploymentPermissions } from "./deployment-permission/list.ts";
export { updateDeploymentPermission } from "./deployment-permission/update.ts";
export { createDeploymentResource } from "./deployment-resource/create.ts";
export { deleteDeploymentResource } from "./deployment-resource/delete.ts";
export { getDeploymentResource } from "./deployment-resource/get.ts";
export { buildHookRequest, type HookRequest } from "./deployment-resource/hook-request.ts";
export { listDeploymentResources } from "./deployment-resource/list.ts";
export { retryDeploymentResource } from "./deployment-resource/retry.ts";
export { updateDeploymentResource } from "./deployment-resource/update.ts";
export { approveResourceType } from "./deployment-resource-type/approve.ts";
export { getResourceType } from "./deployment-resource-type/get.ts";
export { listResourceTypes } from "./deployment-resource-type/list.ts";
export { cancelDeploymentTask } from "./deployment-task/cancel.ts";
export { type ExplainedTask, getDeploymentTask } from "./deployment-task/get.ts";
export { listDeploymentTasks } from "./deployment-task/list.ts";
export { readTaskLog, type TaskLog } from "./deployment-task/log.ts";
export { requestDeploymentTask } from "./deployment-task/request.ts";
export { retryDeploymentTask } from "./deployment-task/retry.ts";
export { createEnv } from "./env/create.ts";
export { deleteEnv } from "./env/delete.ts";
export { getEnv } from "./env/get.ts";
export { listEnvs } from "./env/list.ts";
export { updateEnv } from "./env/update.ts";
export { createEnvUserPermission } from "./env-user-permission/create.ts";
export { deleteEnvUserPermission } from "./env-user-permission/delete.ts";
export { getEnvUserPermission } from "./env-user-permission/get.ts";
export { listEnvUserPermissions } from "./env-user-permission/list.ts";
export { updateEnvUserPermission } from "./env-user-permission/update.ts";
export { EventFeed, type EventFeedOptions } from "./events/event-feed.ts";
export { type ChangeMessage, followChanges, type PositionedMessage } from "./events/follow-changes.ts";
export { FreshCache } from "./events/fresh-cache.ts";
export { authenticate } from "./identity/authenticate.ts";
export { CallerCache, type KnownCaller } from "./identity/caller-cache.ts";
export { type CredentialGrant, wholeGrant } from "./identity/credential-grant.ts";
export type { IdentityDependencies, ResolvedIdentity } from "./identity/resolve-identity.ts";
export {
  publishedKeys,
  rotateSigningKeys,
  type SigningKeyDependencies,
  signingKeyStore,
} from "./identity/signing-key-store.ts";
export { getK8sResource } from "./k8s-resource/get.ts";
export { listK8sResources } from "./k8s-resource/list.ts";
export { getKind } from "./kind/get.ts";
export { listKinds } from "./kind/list.ts";
export { updateKind } from "./kind/update.ts";
export { createKindGrant } from "./kind-grant/create.ts";
export { createKindGrantForChart, type GrantForChart } from "./kind-grant/create-for-chart.ts";
export { deleteKindGrant } from "./kind-grant/delete.ts";
export { getKindGrant } from "./kind-grant/get.ts";
export { grantOf } from "./kind-grant/grant-of.ts";
export { listKindGrants } from "./kind-grant/list.ts";
export { type WouldBeRefused, wouldBeRefused } from "./kind-grant/would-be-refused.ts";
export { getMe } from "./me/get.ts";
export { outageOf } from "./outage.ts";
export { listPodEvents } from "./pod/events.ts";
export { listPods } from "./pod/list.ts";
export { readPodLog } from "./pod/log.ts";
export { addressGroup } from "./rate-limit/address-group.ts";
export { getRegistry } from "./registry/get.ts";
export { listRegistries } from "./registry/list.ts";
export { updateRegistry } from "./registry/update.ts";
export { findStatusTarget, type StatusTarget } from "./reported-status/find-status-target.ts";
export { listStatusChanges } from "./reported-status/list-changes.ts";
export {
  clearStatus,
  forgetOldStatusChanges,
  isSameReport,
  reportStatus,
} from "./reported-status/report-status.ts";
export { createResourceOffer } from "./resource-offer/create.ts";
export { deleteResourceOffer } from "./resource-offer/delete.ts";
export { listResourceOffers } from "./resource-offer/list.ts";
export { type RotationDependencies, rotateSealed } from "./sealed/rotate-sealed.ts";
export { type SealedPast, sealPast } from "./sealed/seal-past.ts";
export { createSecret } from "./secret/create.ts";
export { deleteSecret } from "./secret/delete.ts";
export { getSecret } from "./secret/get.ts";
export { listSecrets } from "./secret/list.ts";
export { updateSecret } from "./secret/update.ts";
export { listSecretUsage } from "./secret/usage.ts";
export { listSessions, type ShownSession } from "./session/list.ts";
export { revokeOtherSessions, revokeSession } from "./session/revoke.ts";
export type { AdmissionRules } from "./sign-in/admit-person.ts";
export { type BegunSignIn, beginSignIn } from "./sign-in/begin.ts";
export { finishSignIn, type ProviderAnswer, type SignedIn, type SignInAnswer } from "./sign-in/finish.ts";
export type { Visitor } from "./sign-in/visitor.ts";
export { createTagFormat } from "./tag-format/create.ts";
export { deleteTagFormat } from "./tag-format/delete.ts";
export { getTagFormat } from "./tag-format/get.ts";
export { listTagFormats } from "./tag-format/list.ts";
export { type EndedTask, endTask, type TaskEnd } from "./task-run/end-task.ts";
export { publishResourceTypes } from "./task-run/publish-resource-types.ts";
export { type StartedTask, startTask } from "./task-run/start-task.ts";
export { wantedTimeoutMs } from "./task-run/wanted-timeout.ts";
export { applyUpgradePolicy } from "./upgrade-policy/apply.ts";
export { getUpgradePolicy } from "./upgrade-policy/get.ts";
export { listUpgradePolicies } from "./upgrade-policy/list.ts";
export { removeUpgradePolicy, setUpgradePolicy } from "./upgrade-policy/set.ts";
export { getUser } from "./user/get.ts";
export { listUsers } from "./user/list.ts";
export { updateUser } from "./user/update.ts";
export { type CreatedUserToken, createUserToken } from "./user-token/create.ts";
export { deleteUserToken } from "./user-token/delete.ts";
export { listUserTokens } from "./user-token/list.ts";
