import { findDeploymentTask } from "@platz/db/queries/deployment-tasks";
import { findDeployment } from "@platz/db/queries/deployments";
import { listTaskLogChunks } from "@platz/db/queries/task-logs";
import { type DeploymentTask, type DeploymentTaskId, NotFound, type TaskLogChunk } from "@platz/domain";
import { KEPT_BACK, keptBackFrom } from "../access/may-read-details.ts";
import { requireReach } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";

export interface TaskLog {
  readonly chunks: readonly TaskLogChunk[];
  /** What to ask with next time, to go on without gap or repeat. */
  readonly afterSeq: number;
  /** Whether nothing will follow: the task has ended, and everything it wrote has been read. */
  readonly isComplete: boolean;
  /** Why this reader is shown nothing; `null` for whoever may read it. */
  readonly hidden: string | null;
}

/** A piece of a task's output: what came after `afterSeq`. A deployment reads those of what its token reaches. */
export async function readTaskLog(
  context: ServiceContext,
  {
    id,
    afterSeq,
    limit,
  }: { readonly id: DeploymentTaskId; readonly afterSeq: number; readonly limit: number },
): Promise<TaskLog> {
  const { db, scope } = context;
  // The status is read first: whatever an ended task wrote is there when the pieces are read.
  const task = await findDeploymentTask(db, id, scope.envs);
  if (!task) throw new NotFound("task", id);
  if (context.identity.kind === "Deployment") await requireReachOfTask(context, task);
  if ((await keptBackFrom(context, [task.deploymentId])).has(task.deploymentId)) {
    return { chunks: [], afterSeq, isComplete: task.finishedAt !== null, hidden: KEPT_BACK };
  }
  const chunks = await listTaskLogChunks(db, id, { afterSeq, limit });
  return {
    chunks,
    afterSeq: chunks.at(-1)?.seq ?? afterSeq,
    isComplete: task.finishedAt !== null && chunks.length < limit,
    hidden: null,
  };
}

async function requireReachOfTask(context: ServiceContext, { deploymentId }: DeploymentTask): Promise<void> {
  const deployment = await findDeployment(context.db, deploymentId, context.scope.envs);
  if (!deployment) throw new NotFound("deployment", deploymentId);
  await requireReach(context, deployment, { access: "read", to: "read what its tasks wrote" });
}
