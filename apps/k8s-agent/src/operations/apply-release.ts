import { type EffectiveGrant, OperationFailed } from "@platz/domain";
import { type HelmResult, hasLostCluster } from "@platz/helm";
import type { TaskEnd } from "@platz/services";
import { explainRefusal } from "./explain-refusal.ts";
import { type HelmAccess, helmAccess } from "./helm-access.ts";
import { failHelm } from "./helm-failure.ts";
import { judgePods } from "./judge-pods.ts";
import { ensureNamespace } from "./namespace.ts";
import { isDeployedAlready, newestRecord, unlockAfterKill } from "./observe-release.ts";
import type { RunContext } from "./operation-runner.ts";
import { recordOutside } from "./outside-objects.ts";
import { applySecrets, pruneSecrets } from "./release-secrets.ts";
import type { ToInstall } from "./render-objects.ts";
import { OWN_WARNING, resumeHelm, runHelm } from "./run-helm.ts";
import { TASK_LABEL } from "./task-label.ts";

const HISTORY_MAX = 10;

export const applySteps = [
  "render",
  "namespace",
  "identity",
  "secrets",
  "chart",
  "observe",
  "judge",
  "helm",
  "verify",
  "finish",
];

/**
 * Brings the release to what the task asks for, as Install, Upgrade and Reinstall all do. What an earlier owner of the
 * task did is observed, never assumed: a revision that is deployed with this task's label is the work done; one that a
 * dead Helm left pending is unlocked; one that failed with this task's label is the work failed.
 */
export async function applyRelease(context: RunContext): Promise<Extract<TaskEnd, { status: "Done" }>> {
  const { task, log } = context;
  await context.step("render");
  const rendered = await context.values(task);
  context.hide(rendered.confidential);
  for (const warning of rendered.warnings) log(`${OWN_WARNING}${warning}`);
  await context.step("namespace");
  const grant = await ensurePlace(context);
  await context.step("secrets");
  await applySecrets(context, rendered);
  await context.step("chart");
  const chart = await context.chartArchive(rendered.chart, rendered.registry, context.signal);
  for (const finding of chart.outside) log(`${OWN_WARNING}${finding}`);
  await context.step("observe");
  const install = { rendered, chart, grant };
  if (!(await isDoneAlready(context, install))) {
    const access = once(() => helmAccess(context, context.home));
    await context.step("judge");
    await judgePods(context, { ...install, access });
    await context.step("helm");
    await applyByHelm(context, install, await access());
  }
  // What is deployed is deployed: to cancel it now would only make the history wrong.
  const rest = context.committed();
  await rest.step("verify");
  // Helm hands labels on to whatever is made of a release by hand: only its number tells our revision from those.
  await rest.record({ revision: await requireDeployed(rest) });
  await recordOutside(rest, grant);
  await rest.step("finish");
  await pruneSecrets(rest, rendered);
  await rest.publishResourceTypes(rendered.chart, rest.deployment);
  return {
    status: "Done",
    reason: `${rendered.chart.imageTag} is installed.`,
    revisionId: rendered.revisionId,
  };
}

/** A chart with what its kind is granted. */
interface Granted extends ToInstall {
  readonly grant: EffectiveGrant;
}

/** The namespace, and the account that Helm is to act as in it. */
async function ensurePlace(context: RunContext): Promise<EffectiveGrant> {
  const { task, home, signal, deployment } = context;
  const grant = await context.grant(deployment, context.clusterId);
  await ensureNamespace(home, { name: task.namespace, podSecurity: grant.podSecurity }, context);
  await context.step("identity");
  await context.identities.ensure(home, task, { grant, signal });
  return grant;
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Whether an earlier attempt has done it: its run, where that goes on without its owner, is followed to its end first. */
async function isDoneAlready(context: RunContext, install: Granted): Promise<boolean> {
  const followed = await resumeHelm(context, install.rendered.confidential);
  if (followed === undefined) return await isDeployedAlready(context);
  await conclude(context, followed, install);
  return true;
}

async function applyByHelm(context: RunContext, install: Granted, access: HelmAccess): Promise<void> {
  const { task } = context;
  const { rendered, chart } = install;
  const { chartArchive, skipSchemaValidation } = chart;
  const { confidential } = rendered;
  const result = await runHelm(context, { access, confidential }, (kubeconfig) => ({
    command: "upgrade-install",
    release: task.namespace,
    namespace: task.namespace,
    kubeconfig,
    chartArchive,
    skipSchemaValidation,
    // JSON is YAML.
    values: [JSON.stringify(rendered.values), JSON.stringify(rendered.valuesOverride)],
    labels: { [TASK_LABEL]: task.id },
    historyMax: HISTORY_MAX,
  }));
  await conclude(context, result, install);
}

async function conclude(context: RunContext, result: HelmResult, install: Granted): Promise<void> {
  if (result.failure === undefined) return;
  // Recorded before it is looked at: the cluster may still be away, and what Helm could still write to it is open.
  if (!result.cancelled && hasLostCluster(result.failure)) await context.record({ lostCluster: true });
  if (!context.killSignal.aborted) await unlockAfterKill(context);
  if (!context.signal.aborted) await recordOutside(context, install.grant);
  if (!result.cancelled) await explainRefusal(context, result.failure, install);
  failHelm(result, context.signal);
}

/** Done means true: what the cluster says counts, not what a run returned. Gives the revision that is live. */
async function requireDeployed(context: RunContext): Promise<number> {
  const newest = await newestRecord(context);
  const isOurs = newest?.labels[TASK_LABEL] === context.task.id;
  if (isOurs && newest?.status === "deployed") return newest.revision;
  throw new OperationFailed(
    newest === undefined
      ? "Helm ended well, but the release is not there: somebody else may have removed it. Retry the task."
      : `Helm ended well, but the newest revision (${newest.revision}) is ${newest.status}${isOurs ? "" : " and not of this task"}: somebody else may have changed the release. Retry the task.`,
  );
}
