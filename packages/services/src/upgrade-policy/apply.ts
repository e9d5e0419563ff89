import {
  type FollowingDeployment,
  findFollowingDeployment,
  listChartsToFollow,
  noteNextChart,
  noteUpgrade,
} from "@platz/db/queries/upgrade-policies";
import { Conflict, type DeploymentId, DomainError, type HelmChartId } from "@platz/domain";
import { inTransaction, openContext, type ServiceContext, type ServiceDependencies } from "../context.ts";
import { updateWithin } from "../deployment/update.ts";
import { newestChart } from "./newest-chart.ts";
import { isWindowOpen, windowText } from "./window.ts";

/**
 * Upgrades a deployment as its policy says, if there is something to upgrade it to: as an edit of whoever has allowed it,
 * with their rights of now and all that an edit is checked for. What stands in the way is noted on the policy. A chart is
 * tried once: if its upgrade fails, the next one is waited for. Gives the chart that the upgrade was asked for with.
 */
export async function applyUpgradePolicy(
  dependencies: ServiceDependencies,
  id: DeploymentId,
): Promise<HelmChartId | undefined> {
  const { db, now } = dependencies;
  const following = await findFollowingDeployment(db, id);
  if (following === undefined) return undefined;
  const { policy, deployment } = following;
  const charts = await listChartsToFollow(db, deployment.helmChartId, policy);
  const next = charts && newestChart(charts.present, charts.younger);
  if (next === undefined || next.id === policy.lastChartId) {
    await noteNextChart(db, policy, { nextChartId: null, reason: null });
    return undefined;
  }
  const reason = whyNotYet(following, now()) ?? (await upgrade(dependencies, following, next.id));
  if (reason === undefined) return next.id;
  await noteNextChart(db, policy, { nextChartId: next.id, reason });
  return undefined;
}

function whyNotYet({ policy, deployment, isBusy }: FollowingDeployment, now: Date): string | undefined {
  const { enabled, status, revisionId } = deployment;
  if (!enabled) return "It waits until the deployment is enabled.";
  if (status === "Deleting" || revisionId === null) return "It waits until the deployment is installed.";
  if (isBusy) return "It waits until the tasks of the deployment have ended.";
  if (policy.window !== null && !isWindowOpen(policy.window, now)) {
    return `It waits for its window: ${windowText(policy.window)}.`;
  }
  return undefined;
}

/** Why it cannot be; nothing when it was asked for. */
async function upgrade(
  dependencies: ServiceDependencies,
  { policy, deployment, allowedBy }: FollowingDeployment,
  helmChartId: HelmChartId,
): Promise<string | undefined> {
  if (allowedBy === undefined) {
    return `${policy.allowedBy}, who has allowed it, is gone: set the policy again.`;
  }
  try {
    const context = inTheirName(await openContext(dependencies, allowedBy));
    await inTransaction(context, async (context) => {
      await updateWithin(context, { id: deployment.id, version: deployment.version, helmChartId });
      await noteUpgrade(context.db, policy, { chartId: helmChartId, at: dependencies.now() });
    });
    return undefined;
  } catch (error) {
    if (error instanceof Conflict) return "It was changed just now, and is looked at again.";
    if (error instanceof DomainError)
      return `It cannot be upgraded in the name of ${policy.allowedBy}. ${error.message}`;
    throw error;
  }
}

/** The history says who has allowed it, and that they have not asked for it themselves. */
function inTheirName(context: ServiceContext): ServiceContext {
  const { scope } = context;
  return {
    ...context,
    scope: { ...scope, label: `${scope.label} (upgrade policy)` },
    origin: { action: "upgradePolicies.apply", requestId: null, address: null },
  };
}
