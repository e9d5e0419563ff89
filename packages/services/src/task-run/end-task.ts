import type { Queryable } from "@platz/db";
import {
  lockDeploymentRow,
  setDeploymentRevision,
  setDeploymentStatus,
} from "@platz/db/queries/deployment-status";
import {
  cancelWaitingUpgradeAfter,
  endOwnedTask,
  type TaskOwnership,
} from "@platz/db/queries/deployment-task-queue";
import { findDeployment } from "@platz/db/queries/deployments";
import { tellChangesNow } from "@platz/db/queries/resource-hooks";
import {
  type Deployment,
  type DeploymentId,
  type DeploymentTaskId,
  type OperationKind,
  statusAfter,
  statusAfterFailure,
  statusDuring,
} from "@platz/domain";
import { platzItself } from "../audit/actor-fields.ts";
import type { ServiceDatabase } from "../context.ts";
import { forgetDeployment } from "../deployment/forget-deployment.ts";

/** How a run of a task ended. */
export type TaskEnd =
  | {
      readonly status: "Done";
      /** What a person reads first in the history. */
      readonly reason: string | null;
      /** The task whose values are live from now on; absent leaves the revision as it is. */
      readonly revisionId?: DeploymentTaskId | null;
      /** The namespace is gone: a deployment that is being deleted ends with it. */
      readonly isGone?: boolean;
    }
  | { readonly status: "Failed" | "Canceled"; readonly reason: string };

export interface EndedTask extends TaskOwnership {
  readonly deploymentId: DeploymentId;
  readonly kind: OperationKind;
}

/**
 * Ends a task and brings its deployment's status, reason and revision along, in one transaction. `false`: the task is
 * no longer this owner's, and nothing was written.
 */
export async function endTask(db: ServiceDatabase, task: EndedTask, end: TaskEnd): Promise<boolean> {
  return await db.transaction(async (tx) => {
    // The deployment first, as verbs do: two who lock in different orders could wait for each other for ever.
    const deployment = await lockDeploymentRow(tx, task.deploymentId);
    const held = await endOwnedTask(tx, task, { status: end.status, reason: end.reason });
    if (!held) return false;
    if (deployment === undefined) return true;
    if (end.status === "Done") await showDone(tx, { deployment, kind: task.kind, end });
    else await showFailed(tx, { deployment, task, reason: end.reason });
    return true;
  });
}

interface Shown {
  readonly deployment: Deployment;
  readonly kind: OperationKind;
}

async function showDone(
  db: Queryable,
  { deployment, kind, end }: Shown & { readonly end: Extract<TaskEnd, { status: "Done" }> },
): Promise<void> {
  if (end.isGone && deployment.status === "Deleting") return await forget(db, deployment.id);
  const status = statusAfter(kind, deployment.status);
  if (status !== deployment.status) await setDeploymentStatus(db, deployment.id, { status, reason: null });
  if (end.revisionId !== undefined) {
    await setDeploymentRevision(db, deployment.id, end.revisionId);
    // What could not be told before, or was not understood, is told to what runs now.
    await tellChangesNow(db, deployment.id);
  }
}

/** The end of a deletion that somebody asked for, and that is in the audit log in their name. */
async function forget(db: Queryable, id: DeploymentId): Promise<void> {
  const deployment = await findDeployment(db, id, "all");
  if (deployment === undefined) return;
  const agent = platzItself(db, "Platz (agent)", "agent.uninstall");
  await forgetDeployment(agent, deployment, "it was uninstalled, as had been asked");
}

async function showFailed(
  db: Queryable,
  {
    deployment,
    task,
    reason,
  }: { readonly deployment: Deployment; readonly task: EndedTask; readonly reason: string },
): Promise<void> {
  const { kind } = task;
  if (kind === "Recreate") {
    // It belongs together (W41): in the new place it would run beside what could not be removed from the old one.
    const why = "The rename or move before it did not come to its end: retry that.";
    await cancelWaitingUpgradeAfter(db, task, why);
  }
  // What never changes a deployment's status says nothing about it when it fails, either.
  if (statusDuring(kind, "Unknown") === "Unknown") return;
  const status = statusAfterFailure(kind, deployment.status);
  await setDeploymentStatus(db, deployment.id, { status, reason });
}
