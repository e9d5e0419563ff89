import { z } from "zod";
import { BotId, ClusterId, DeploymentId, DeploymentTaskId, UserId } from "./ids.ts";
import { Operation } from "./operations/index.ts";

export const deploymentTaskStatuses = ["Pending", "Started", "Failed", "Canceled", "Done"] as const;
export const DeploymentTaskStatus = z.enum(deploymentTaskStatuses);
export type DeploymentTaskStatus = z.output<typeof DeploymentTaskStatus>;

/** One thing that was asked of a deployment: the queue entry and the history entry at once. */
export const DeploymentTask = z.object({
  id: DeploymentTaskId,
  createdAt: z.date(),
  executeAt: z.date(),
  firstAttemptedAt: z.date().nullable(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  clusterId: ClusterId.nullable(),
  deploymentId: DeploymentId,
  /** The namespace that the task was asked for, as it was then. */
  namespace: z.string(),
  actingUserId: UserId.nullable(),
  actingBotId: BotId.nullable(),
  actingDeploymentId: DeploymentId.nullable(),
  /** Who asked, in words, kept when the actor is gone. */
  actorLabel: z.string(),
  canceledByUserId: UserId.nullable(),
  canceledByBotId: BotId.nullable(),
  canceledByDeploymentId: DeploymentId.nullable(),
  cancelRequestedAt: z.date().nullable(),
  operation: Operation,
  status: DeploymentTaskStatus,
  /** How it ended, or why it is not running now. */
  reason: z.string().nullable(),
  attempt: z.int32(),
});
export type DeploymentTask = z.output<typeof DeploymentTask>;

/** A piece of a task's log. `seq` grows by one within a task, so a reader resumes without gap or repeat. */
export const TaskLogChunk = z.object({ seq: z.int32(), createdAt: z.date(), text: z.string() });
export type TaskLogChunk = z.output<typeof TaskLogChunk>;

/** The tasks that people ask for directly; the others follow from a change of the deployment. */
export const RequestedOperation = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("InvokeAction"),
    actionId: z.string().min(1).max(200),
    body: z.json().default({}),
  }),
  z.strictObject({ kind: z.literal("RestartK8sResource"), resourceId: z.uuid() }),
  z.strictObject({ kind: z.literal("Reinstall"), reason: z.string().trim().min(1).max(1000) }),
]);
export type RequestedOperation = z.output<typeof RequestedOperation>;
