export { auditChain } from "./audit-chain.ts";
export { auditLog } from "./audit-log.ts";
export { bots, botTokens } from "./bots.ts";
export { clusterCandidates } from "./cluster-candidates.ts";
export { clusterQuestions } from "./cluster-questions.ts";
export { deploymentReferences } from "./deployment-references.ts";
export { deploymentResourceTypes } from "./deployment-resource-types.ts";
export { deploymentResources } from "./deployment-resources.ts";
export { deployments, deploymentTasks, taskFence, taskLogs } from "./deployments.ts";
export { deploymentPermissions, envs, envUserPermissions } from "./envs.ts";
export {
  chartSignatures,
  deploymentKinds,
  helmCharts,
  helmRegistries,
  helmTagFormats,
} from "./helm-charts.ts";
export { k8sClusters } from "./k8s-clusters.ts";
export { k8sResources } from "./k8s-resources.ts";
export { kindGrants } from "./kind-grants.ts";
export { rateLimits } from "./rate-limits.ts";
export { resourceOffers } from "./resource-offers.ts";
export { rowEventPosition, rowEvents } from "./row-events.ts";
export { secrets } from "./secrets.ts";
export { settings } from "./settings.ts";
export { signingKeys } from "./signing-keys.ts";
export { statusChanges } from "./status-changes.ts";
export { upgradePolicies } from "./upgrade-policies.ts";
export { sessions, signInAttempts, userIdentities, users, userTokens } from "./users.ts";
