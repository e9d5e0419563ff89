import { NothingChanged, OperationFailed } from "@platz/domain";
import { isConflict, type ReleaseRecord } from "@platz/kubernetes";
import type { RunContext } from "./operation-runner.ts";
import { TASK_LABEL } from "./task-label.ts";

/** For how long a revision that is not this task's may be pending before whoever made it is taken for dead. */
const FOREIGN_RUN_MS = 10 * 60_000;
const UNLOCK_MS = 10_000;

/** The newest revision of the release. */
export async function newestRecord({ home, task, signal }: RunContext): Promise<ReleaseRecord | undefined> {
  const [newest] = await home.listReleaseRecords(
    { namespace: task.namespace, release: task.namespace },
    signal,
  );
  return newest;
}

/** Looks at what there is, and unlocks what a dead Helm left locked. */
export async function isDeployedAlready(context: RunContext): Promise<boolean> {
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

/** Helm that did not end by itself, because it was killed, must not block the next task by its revision. */
export async function unlockAfterKill(context: RunContext): Promise<void> {
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
