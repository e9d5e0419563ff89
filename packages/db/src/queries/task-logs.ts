import type { DeploymentTaskId, TaskLogChunk } from "@platz/domain";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { taskLogs } from "../schema/index.ts";

/** The whole log of a task: it is bounded. */
export async function readTaskLog(db: Queryable, taskId: DeploymentTaskId): Promise<string> {
  const [row] = await db
    .select({ text: sql<string>`coalesce(string_agg(${taskLogs.text}, '' order by ${taskLogs.seq}), '')` })
    .from(taskLogs)
    .where(eq(taskLogs.taskId, taskId));
  return row?.text ?? "";
}

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
