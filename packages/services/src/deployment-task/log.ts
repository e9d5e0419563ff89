import { findDeploymentTask } from "@platz/db/queries/deployment-tasks";
import { listTaskLogChunks } from "@platz/db/queries/task-logs";
import { type DeploymentTaskId, NotFound, type TaskLogChunk } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export interface TaskLog {
  readonly chunks: readonly TaskLogChunk[];
  /** What to ask with next time, to go on without gap or repeat. */
  readonly afterSeq: number;
  /** Whether nothing will follow: the task has ended, and everything it wrote has been read. */
  readonly isComplete: boolean;
}

/** A piece of a task's output: what came after `afterSeq`. */
export async function readTaskLog(
  { db, scope }: ServiceContext,
  {
    id,
    afterSeq,
    limit,
  }: { readonly id: DeploymentTaskId; readonly afterSeq: number; readonly limit: number },
): Promise<TaskLog> {
  // The status is read first: whatever an ended task wrote is there when the pieces are read.
  const task = await findDeploymentTask(db, id, scope.envs);
  if (!task) throw new NotFound("task", id);
  const chunks = await listTaskLogChunks(db, id, { afterSeq, limit });
  return {
    chunks,
    afterSeq: chunks.at(-1)?.seq ?? afterSeq,
    isComplete: task.finishedAt !== null && chunks.length < limit,
  };
}
