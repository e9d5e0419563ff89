import { needSentence, needsBeyond } from "@platz/chart-ext";
import { findApiToken } from "@platz/db/queries/credentials";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import {
  type FollowingDeployment,
  findFollowingDeployment,
  listChartsToFollow,
  noteNextChart,
  noteUpgrade,
} from "@platz/db/queries/upgrade-policies";
import { Conflict, type DeploymentId, DomainError, type HelmChartId, type Identity } from "@platz/domain";
import { chartFeatures } from "../chart/chart-extensions.ts";
import { inTransaction, openContext, type ServiceContext, type ServiceDependencies } from "../context.ts";
import { updateWithin } from "../deployment/update.ts";
import { type CredentialGrant, grantOfToken, hasExpired, wholeGrant } from "../identity/credential-grant.ts";
import { newestChart } from "./newest-chart.ts";
import { isWindowOpen, windowText } from "./window.ts";

/**
 * Upgrades a deployment as its policy says, if there is something to upgrade it to: as an edit of whoever has allowed it,
 * with their rights of now, no further than the token by which they did, and all that an edit is checked for. What stands
 * in the way is noted on the policy. A chart is tried once: if its upgrade fails, the next one is waited for. Gives the
 * chart that the upgrade was asked for with.
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
  const newest = charts && newestChart(charts.present, charts.younger);
  const next = newest?.id === policy.lastChartId ? undefined : newest;
  const allowed = await whoAllows(dependencies, following);
  const reason =
    "ended" in allowed
      ? allowed.ended
      : next &&
        (whyNotYet(following, now()) ??
          (await whyByHand(dependencies, deployment.helmChartId, next.id)) ??
          (await upgrade(dependencies, { ...following, ...allowed }, next.id)));
  if (next !== undefined && reason === undefined) return next.id;
  await noteNextChart(db, policy, { nextChartId: next?.id ?? null, reason: reason ?? null });
  return undefined;
}

interface Allowed {
  readonly allowedBy: Identity;
  readonly grant: CredentialGrant;
}

/** In whose name it is upgraded, and what they may; or why nobody allows it any more. */
async function whoAllows(
  { db, now }: ServiceDependencies,
  { policy, allowedBy, tokenId }: FollowingDeployment,
): Promise<Allowed | { readonly ended: string }> {
  if (allowedBy === undefined) {
    return { ended: `${policy.allowedBy}, who has allowed it, is gone: set the policy again.` };
  }
  if (tokenId === null) return { allowedBy, grant: wholeGrant };
  const token = await findApiToken(db, tokenId);
  if (token !== undefined && !hasExpired(token, now()))
    return { allowedBy, grant: grantOfToken(tokenId, token) };
  const how = token === undefined ? "was revoked" : "has expired";
  return { ended: `The token by which ${policy.allowedBy} has allowed it ${how}: set the policy again.` };
}

/** Why somebody has to look before the deployment gets this chart; nothing when nobody has to. */
async function whyByHand(
  { db }: ServiceDependencies,
  presentId: HelmChartId,
  nextId: HelmChartId,
): Promise<string | undefined> {
  const [present, next] = [await findHelmChart(db, presentId), await findHelmChart(db, nextId)];
  if (!present || !next) return undefined;
  const more = needsBeyond(chartFeatures(next).needs, chartFeatures(present).needs);
  if (more.length === 0) return undefined;
  return `The chart needs more than the present one: upgrade by hand. ${more.map(needSentence).join(" ")}`;
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
  { policy, deployment, allowedBy, grant }: FollowingDeployment & Allowed,
  helmChartId: HelmChartId,
): Promise<string | undefined> {
  try {
    const context = inTheirName(await openContext(dependencies, allowedBy, grant));
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
