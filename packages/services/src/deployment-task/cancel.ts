import {
  cancelWaitingTask,
  findDeploymentTask,
  lockDeploymentTask,
  requestTaskCancel,
} from "@platz/db/queries/deployment-tasks";
import { findDeployment, setDeploymentNotDeleting } from "@platz/db/queries/deployments";
import { type DeploymentTask, type DeploymentTaskId, NotFound, PreconditionFailed } from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/**
 * Calls a task off. One that waits is `Canceled` at once; one that runs is stopped by its agent, which ends it.
 * Allowed to whoever asked for it, and to maintainers, owners and admins (W-10).
 */
export async function cancelDeploymentTask(
  context: ServiceContext,
  { id, reason }: { readonly id: DeploymentTaskId; readonly reason?: string | undefined },
): Promise<DeploymentTask> {
  return await inTransaction(context, async (context) => {
    const { db, scope, identity } = context;
    if (!(await findDeploymentTask(db, id, scope.envs))) throw new NotFound("task", id);
    const task = await lockDeploymentTask(db, id);
    if (!task) throw new NotFound("task", id);
    await requireMayCancel(context, task);
    if (task.status === "Pending") return await callOff(context, task, reason);
    if (task.status === "Started") return (await requestTaskCancel(db, id, identity)) ?? task;
    throw new PreconditionFailed("The task has ended already.");
  });
}

async function callOff(
  { db, identity, scope }: ServiceContext,
  task: DeploymentTask,
  reason = `Canceled by ${scope.label} before it started.`,
): Promise<DeploymentTask> {
  requireCanBeCalledOff(task);
  const canceled = await cancelWaitingTask(db, task.id, { identity, reason });
  if (task.operation.kind === "Uninstall") {
    await setDeploymentNotDeleting(db, task.deploymentId, "Its deletion was called off before it began.");
  }
  return canceled ?? task;
}

/** Half of a rename or move cannot be called off: the Upgrade that follows would find no namespace. */
function requireCanBeCalledOff({ operation }: DeploymentTask): void {
  if (operation.kind !== "Recreate") return;
  throw new PreconditionFailed(
    "A rename or move cannot be called off while it waits: give the deployment its old name and cluster back instead.",
  );
}

async function requireMayCancel(context: ServiceContext, task: DeploymentTask): Promise<void> {
  if (isActor(context, task)) return;
  const deployment = await findDeployment(context.db, task.deploymentId, context.scope.envs);
  if (!deployment) throw new NotFound("task", task.id);
  await requireDeploymentMaintainer(context, deployment, "cancel what others asked for");
}

function isActor({ identity }: ServiceContext, task: DeploymentTask): boolean {
  const actor = { User: task.actingUserId, Bot: task.actingBotId, Deployment: task.actingDeploymentId };
  return actor[identity.kind] === identity.id;
}
