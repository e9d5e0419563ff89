import type { DeploymentTaskId, TaskLogChunk } from "@platz/domain";
import { and, asc, eq, gt } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { taskLogs } from "../schema/index.ts";

/** The pieces of a task's log after `afterSeq`, oldest first. */
export async function listTaskLogChunks(
  db: Queryable,
  taskId: DeploymentTaskId,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): Promise<TaskLogChunk[]> {
  return await db
    .select({ seq: taskLogs.seq, createdAt: taskLogs.createdAt, text: taskLogs.text })
    .from(taskLogs)
    .where(and(eq(taskLogs.taskId, taskId), gt(taskLogs.seq, afterSeq)))
    .orderBy(asc(taskLogs.seq))
    .limit(limit);
}
