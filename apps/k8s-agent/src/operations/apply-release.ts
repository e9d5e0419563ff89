import { OperationFailed } from "@platz/domain";
import { kubeconfigYaml, type ReleaseRecord } from "@platz/kubernetes";
import type { HelmValues, TaskEnd } from "@platz/services";
import { failHelm } from "./helm-failure.ts";
import { ensureNamespace } from "./namespace.ts";
import type { RunContext } from "./operation-runner.ts";

/** The label by which a task knows its own work again. */
const TASK_LABEL = "platz-task";
const CREDENTIALS_SECRET = "platz-creds";
const HISTORY_MAX = 10;

export const applySteps = ["render", "namespace", "secrets", "chart", "observe", "helm", "verify", "finish"];

/**
 * Brings the release to what the task asks for, as Install, Upgrade and Reinstall all do. What an earlier owner of the
 * task did is observed, never assumed: a revision that is deployed with this task's label is the work done; one that a
 * dead Helm left pending is unlocked; one that failed with this task's label is the work failed.
 */
export async function applyRelease(context: RunContext): Promise<Extract<TaskEnd, { status: "Done" }>> {
  const { task, home, log } = context;
  await context.step("render");
  const rendered = await context.values(task);
  context.hide(rendered.confidential);
  for (const warning of rendered.warnings) log(`Warning: ${warning}`);
  await context.step("namespace");
  await ensureNamespace(home, task.namespace, context);
  await context.step("secrets");
  await applySecrets(context, rendered);
  await context.step("chart");
  const chartArchive = await context.chartArchive(rendered.chart, rendered.registry, context.signal);
  await context.step("observe");
  if (!(await isDeployedAlready(context))) {
    await context.step("helm");
    await runHelm(context, rendered, chartArchive);
    await context.step("verify");
    await requireDeployed(context);
  }
  await context.step("finish");
  await pruneSecrets(context, rendered);
  await context.publishResourceTypes(rendered.chart, context.deployment);
  return {
    status: "Done",
    reason: `${rendered.chart.imageTag} is installed.`,
    revisionId: rendered.revisionId,
  };
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
  const { task, home, signal, log } = context;
  const newest = await newestRecord(context);
  if (newest === undefined) return false;
  const isOurs = newest.labels[TASK_LABEL] === task.id;
  if (isOurs && newest.status === "deployed") {
    log(`Revision ${newest.revision} of the release was deployed by an earlier attempt of this task.`);
    return true;
  }
  if (isOurs && newest.status === "failed" && context.task.progress["unlocked"] !== newest.revision) {
    throw new OperationFailed(
      "Helm failed in an earlier attempt of this task; its log says why. Retry it to try again.",
    );
  }
  if (newest.status.startsWith("pending-") || newest.status === "uninstalling") {
    log(
      `Revision ${newest.revision} of the release was left ${newest.status} by a run that died: it is marked failed.`,
    );
    // Recorded first: if this run dies too, the next owner must not take our mark for a failure of the work.
    await context.record({ unlocked: newest.revision });
    const description = "The run that made this revision died before it ended.";
    const { namespace } = task;
    await home.markReleaseFailed({ namespace, secretName: newest.secretName, description }, signal);
  }
  return false;
}

async function runHelm(context: RunContext, rendered: HelmValues, chartArchive: Uint8Array): Promise<void> {
  const { task, home, signal, killSignal, log } = context;
  const result = await context.helm.run(
    {
      command: "upgrade-install",
      release: task.namespace,
      namespace: task.namespace,
      kubeconfig: kubeconfigYaml(home.connection),
      chartArchive: new Uint8Array(chartArchive),
      // JSON is YAML.
      values: [JSON.stringify(rendered.values), JSON.stringify(rendered.valuesOverride)],
      labels: { [TASK_LABEL]: task.id },
      historyMax: HISTORY_MAX,
    },
    { signal, killSignal, secrets: rendered.confidential, onOutput: ({ text }) => log(text) },
  );
  if (result.failure !== undefined) failHelm(result, signal);
}

/** Done means true: what the cluster says counts, not what a run returned. */
async function requireDeployed(context: RunContext): Promise<void> {
  const newest = await newestRecord(context);
  const isOurs = newest?.labels[TASK_LABEL] === context.task.id;
  if (isOurs && newest?.status === "deployed") return;
  throw new OperationFailed(
    newest === undefined
      ? "Helm ended well, but the release is not there: somebody else may have removed it. Retry the task."
      : `Helm ended well, but the newest revision (${newest.revision}) is ${newest.status}${isOurs ? "" : " and not of this task"}: somebody else may have changed the release. Retry the task.`,
  );
}
