import {
  cancelWaitingTask,
  findDeploymentTask,
  lockDeploymentTask,
  requestTaskCancel,
} from "@platz/db/queries/deployment-tasks";
import {
  findDeployment,
  type PlacedDeployment,
  setDeploymentNotDeleting,
} from "@platz/db/queries/deployments";
import { type DeploymentTask, type DeploymentTaskId, NotFound, PreconditionFailed } from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedTask } from "./audited-task.ts";
import { type ExplainedTask, getDeploymentTask } from "./get.ts";

/**
 * Calls a task off. One that waits is `Canceled` at once; one that runs is stopped by its agent, which ends it.
 * Allowed to whoever asked for it, and to maintainers, owners and admins (W-10).
 */
export async function cancelDeploymentTask(
  context: ServiceContext,
  { id, reason }: { readonly id: DeploymentTaskId; readonly reason?: string | undefined },
): Promise<ExplainedTask> {
  return await inTransaction(context, async (context) => {
    const { db, scope, identity } = context;
    if (!(await findDeploymentTask(db, id, scope.envs))) throw new NotFound("task", id);
    const task = await lockDeploymentTask(db, id);
    if (!task) throw new NotFound("task", id);
    const deployment = await findDeployment(db, task.deploymentId, "all");
    if (!deployment) throw new NotFound("task", id);
    await requireMayCancel(context, task, deployment);
    if (task.status === "Pending") await callOff(context, task, reason);
    else if (task.status === "Started") await requestTaskCancel(db, id, identity);
    else throw new PreconditionFailed("The task has ended already.");
    const after = await getDeploymentTask(context, id);
    await recordChange(context, {
      ...auditedTask(task, deployment),
      before: stateOf(task),
      after: stateOf(after),
    });
    return after;
  });
}

async function callOff(
  { db, identity, scope }: ServiceContext,
  task: DeploymentTask,
  reason = `Canceled by ${scope.label} before it started.`,
): Promise<void> {
  requireCanBeCalledOff(task);
  await cancelWaitingTask(db, task.id, { identity, reason });
  if (task.operation.kind === "Uninstall") {
    await setDeploymentNotDeleting(db, task.deploymentId, "Its deletion was called off before it began.");
  }
}

/** Half of a rename or move cannot be called off: the Upgrade that follows would find no namespace. */
function requireCanBeCalledOff({ operation }: DeploymentTask): void {
  if (operation.kind !== "Recreate") return;
  throw new PreconditionFailed(
    "A rename or move cannot be called off while it waits: give the deployment its old name and cluster back instead.",
  );
}

function stateOf({ status, reason, cancelRequestedAt }: DeploymentTask) {
  return { status, reason, cancelRequestedAt };
}

async function requireMayCancel(
  context: ServiceContext,
  task: DeploymentTask,
  deployment: PlacedDeployment,
): Promise<void> {
  if (isActor(context, task)) return;
  await requireDeploymentMaintainer(context, deployment, "cancel what others asked for");
}

function isActor({ identity }: ServiceContext, task: DeploymentTask): boolean {
  const actor = { User: task.actingUserId, Bot: task.actingBotId, Deployment: task.actingDeploymentId };
  return actor[identity.kind] === identity.id;
}
