import { findDeploymentTask, findTaskAhead } from "@platz/db/queries/deployment-tasks";
import { findClusterHealth } from "@platz/db/queries/k8s-clusters";
import { type DeploymentTask, type DeploymentTaskId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { waitingFor } from "./waiting-for.ts";

/** A task, and why it does not run if it waits. */
export type ExplainedTask = DeploymentTask & { readonly waitingFor: string | null };

export async function getDeploymentTask(
  { db, scope, now }: ServiceContext,
  id: DeploymentTaskId,
): Promise<ExplainedTask> {
  const task = await findDeploymentTask(db, id, scope.envs);
  if (!task) throw new NotFound("task", id);
  if (task.status !== "Pending") return { ...task, waitingFor: null };
  const ahead = await findTaskAhead(db, task);
  const cluster = task.clusterId === null ? undefined : await findClusterHealth(db, task.clusterId);
  return { ...task, waitingFor: waitingFor({ task, ahead, cluster, now: now() }) };
}
