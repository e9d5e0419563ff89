import { isUniqueViolation } from "@platz/db";
import { findDeploymentRow, setDeploymentStatus } from "@platz/db/queries/deployment-status";
import { type ClaimedTask, type ClaimRequest, claimTask } from "@platz/db/queries/deployment-task-queue";
import { type Deployment, statusDuring } from "@platz/domain";
import type { ServiceDatabase } from "../context.ts";

/** A task that has been claimed, with its deployment as it is now. */
export interface StartedTask {
  readonly task: ClaimedTask;
  readonly deployment: Deployment;
}

/**
 * Claims a task and shows on its deployment that it runs, in one transaction. `undefined` when nothing may run now.
 */
export async function startTask(
  db: ServiceDatabase,
  request: ClaimRequest,
): Promise<StartedTask | undefined> {
  try {
    return await db.transaction(async (tx) => {
      const task = await claimTask(tx, request);
      if (task === undefined) return undefined;
      const deployment = await findDeploymentRow(tx, task.deploymentId);
      if (deployment === undefined) throw new Error("a task outlived its deployment");
      const status = statusDuring(task.operation.kind, deployment.status);
      if (status !== deployment.status) {
        await setDeploymentStatus(tx, deployment.id, { status, reason: null });
      }
      return { task, deployment };
    });
  } catch (error) {
    // Another agent took a task of the same deployment between our look and our write: the index decided.
    if (isUniqueViolation(error, "deployment_tasks__one_started")) return undefined;
    throw error;
  }
}
