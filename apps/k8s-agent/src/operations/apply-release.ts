import { NothingChanged, OperationFailed } from "@platz/domain";
import { type HelmResult, hasLostCluster } from "@platz/helm";
import { isConflict, type ReleaseRecord } from "@platz/kubernetes";
import type { HelmValues, TaskEnd } from "@platz/services";
import type { SoundChart } from "../sound-chart.ts";
import { failHelm } from "./helm-failure.ts";
import { ensureNamespace } from "./namespace.ts";
import type { RunContext } from "./operation-runner.ts";
import { OWN_WARNING, resumeHelm, runHelm } from "./run-helm.ts";
import { TASK_LABEL } from "./task-label.ts";

const CREDENTIALS_SECRET = "platz-creds";
const HISTORY_MAX = 10;
/** For how long a revision that is not this task's may be pending before whoever made it is taken for dead. */
const FOREIGN_RUN_MS = 10 * 60_000;
const UNLOCK_MS = 10_000;

export const applySteps = [
  "render",
  "namespace",
  "identity",
  "secrets",
  "chart",
  "observe",
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
  await ensurePlace(context);
  await context.step("secrets");
  await applySecrets(context, rendered);
  await context.step("chart");
  const chart = await context.chartArchive(rendered.chart, rendered.registry, context.signal);
  for (const finding of chart.outside) log(`${OWN_WARNING}${finding}`);
  await context.step("observe");
  if (!(await isDoneAlready(context, rendered))) {
    await context.step("helm");
    await applyByHelm(context, rendered, chart);
  }
  // What is deployed is deployed: to cancel it now would only make the history wrong.
  const rest = context.committed();
  await rest.step("verify");
  // Helm hands labels on to whatever is made of a release by hand: only its number tells our revision from those.
  await rest.record({ revision: await requireDeployed(rest) });
  await rest.step("finish");
  await pruneSecrets(rest, rendered);
  await rest.publishResourceTypes(rendered.chart, rest.deployment);
  return {
    status: "Done",
    reason: `${rendered.chart.imageTag} is installed.`,
    revisionId: rendered.revisionId,
  };
}

/** The namespace, and the account that Helm is to act as in it. */
async function ensurePlace(context: RunContext): Promise<void> {
  const { task, home, signal, deployment } = context;
  const grant = await context.grant(deployment, context.clusterId);
  await ensureNamespace(home, { name: task.namespace, podSecurity: grant.podSecurity }, context);
  await context.step("identity");
  await context.identities.ensure(home, task, { grant, signal });
}

async function applySecrets(context: RunContext, { secrets }: HelmValues): Promise<void> {
  const { home, task, signal } = context;
  const credentials = await context.credentials(task.deploymentId);
  context.hide([credentials["access_token"] ?? ""]);
  const all = [{ name: CREDENTIALS_SECRET, data: credentials }, ...secrets];
  for (const { name, data } of all) await home.applySecret({ namespace: task.namespace, name, data }, signal);
}

/** Secrets that the chart made before and does not make any more go, once the new revision stands. */
async function pruneSecrets(context: RunContext, { secrets }: HelmValues): Promise<void> {
  const { home, task, signal } = context;
  const wanted = new Set([CREDENTIALS_SECRET, ...secrets.map(({ name }) => name)]);
  for (const name of await home.listManagedSecrets(task.namespace, signal)) {
    if (!wanted.has(name)) await home.deleteSecret({ namespace: task.namespace, name }, signal);
  }
}

async function newestRecord({ home, task, signal }: RunContext): Promise<ReleaseRecord | undefined> {
  const [newest] = await home.listReleaseRecords(
    { namespace: task.namespace, release: task.namespace },
    signal,
  );
  return newest;
}

/** Looks at what there is, and unlocks what a dead Helm left locked. */
async function isDeployedAlready(context: RunContext): Promise<boolean> {
  const { task, log } = context;
  const newest = await newestRecord(context);
  if (newest === undefined) return false;
  const isOurs = newest.labels[TASK_LABEL] === task.id;
  if (isOurs && newest.status === "deployed") {
    log(`Revision ${newest.revision} of the release was deployed by an earlier attempt of this task.`);
    return true;
  }
  if (isOurs && newest.status === "failed" && !(await isExcused(context, newest))) {
    throw new OperationFailed(
      "Helm failed in an earlier attempt of this task; its log says why. Retry it to try again.",
    );
  }
  if (!newest.status.startsWith("pending-") && newest.status !== "uninstalling") return false;
  if (!isOurs && isRecent(newest)) {
    throw new NothingChanged(
      `Somebody else's Helm run has the release (revision ${newest.revision} is ${newest.status}): its end is waited for.`,
    );
  }
  log(`Revision ${newest.revision} of the release was left ${newest.status} by a run that died.`);
  await unlock(context, newest);
  return false;
}

/** Whether a record that says failed says nothing about the work: by our own mark, or since Helm lost the cluster. */
async function isExcused(context: RunContext, { revision }: ReleaseRecord): Promise<boolean> {
  const { progress } = context.task;
  if (progress["unlocked"] === revision) return true;
  if (progress["lostCluster"] !== true) return false;
  await context.record({ unlocked: revision, lostCluster: false });
  context.log(`Revision ${revision} failed because Helm lost the cluster: it is tried again.`);
  return true;
}

/** By the times that Helm writes on its records; one without counts as old. */
function isRecent({ labels }: ReleaseRecord): boolean {
  const at = Math.max(Number(labels["createdAt"] ?? 0), Number(labels["modifiedAt"] ?? 0)) * 1000;
  return Date.now() - at < FOREIGN_RUN_MS;
}

async function unlock(context: RunContext, { revision, secretName }: ReleaseRecord): Promise<void> {
  const { task, home, signal, log } = context;
  // Recorded first: if this run dies too, the next owner must not take our mark for a failure of the work.
  await context.record({ unlocked: revision, lostCluster: false });
  const description = "The run that made this revision died before it ended.";
  try {
    await home.markReleaseFailed({ namespace: task.namespace, secretName, description }, signal);
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new NothingChanged("Somebody changed the release at the same moment: it is looked at again.");
  }
  log(`Revision ${revision} is marked failed, so that Helm goes on.`);
}

/** Whether an earlier attempt has done it: its run, where that goes on without its owner, is followed to its end first. */
async function isDoneAlready(context: RunContext, { confidential }: HelmValues): Promise<boolean> {
  const followed = await resumeHelm(context, { confidential });
  if (followed === undefined) return await isDeployedAlready(context);
  await conclude(context, followed);
  return true;
}

async function applyByHelm(
  context: RunContext,
  rendered: HelmValues,
  { chartArchive, skipSchemaValidation }: SoundChart,
): Promise<void> {
  const { task, home } = context;
  const { confidential } = rendered;
  const result = await runHelm(context, { cluster: home, confidential }, (kubeconfig) => ({
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
  await conclude(context, result);
}

async function conclude(context: RunContext, result: HelmResult): Promise<void> {
  if (result.failure === undefined) return;
  // Recorded before it is looked at: the cluster may still be away, and what Helm could still write to it is open.
  if (!result.cancelled && hasLostCluster(result.failure)) await context.record({ lostCluster: true });
  if (!context.killSignal.aborted) await unlockAfterKill(context);
  failHelm(result, context.signal);
}

/** Helm that did not end by itself, because it was killed, must not block the next task by its revision. */
async function unlockAfterKill(context: RunContext): Promise<void> {
  const signal = AbortSignal.any([context.killSignal, AbortSignal.timeout(UNLOCK_MS)]);
  const rest = { ...context, signal };
  try {
    const newest = await newestRecord(rest);
    const isOurs = newest?.labels[TASK_LABEL] === context.task.id;
    if (newest && isOurs && newest.status.startsWith("pending-")) await unlock(rest, newest);
  } catch (error) {
    if (context.killSignal.aborted) throw error;
    context.log("The release could not be unlocked now; the next task does it.");
  }
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
