import {
  findDeploymentTask,
  findNewestTask,
  insertTask,
  listUnfinishedTasks,
} from "@platz/db/queries/deployment-tasks";
import { lockDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import {
  type DeploymentTask,
  type DeploymentTaskId,
  NotFound,
  type Operation,
  type OperationKind,
  PreconditionFailed,
} from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { installOf, upgradeOf } from "../deployment/plan-update.ts";
import { requireInUse } from "../deployment/require-in-use.ts";
import { openOperation } from "../deployment/sealed-inputs.ts";
import { auditedTask } from "./audited-task.ts";
import { type ExplainedTask, getDeploymentTask } from "./get.ts";
import { prepareOperation } from "./operations/index.ts";

/**
 * Asks again for what a task failed to do. Installs and upgrades bring the deployment to what is saved now, never to
 * the failed task's old inputs; the rest is checked like a new request. Answers the new tasks, in their order.
 */
export async function retryDeploymentTask(
  context: ServiceContext,
  id: DeploymentTaskId,
): Promise<ExplainedTask[]> {
  return await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const task = await findDeploymentTask(db, id, scope.envs);
    if (!task) throw new NotFound("task", id);
    const lock = { scope: scope.envs, strength: "no key update" } as const;
    const deployment = await lockDeployment(db, task.deploymentId, lock);
    if (!deployment) throw new NotFound("task", id);
    await requireDeploymentMaintainer(context, deployment, "retry its tasks");
    await requireRetryable(context, task);
    const operations = await again[task.operation.kind](context, deployment, task);
    const tasks: ExplainedTask[] = [];
    for (const operation of operations) {
      const { clusterId, namespace } = operation.kind === "Uninstall" ? task : deployment;
      const actor = actorOf(context);
      const again = await insertTask(db, {
        deploymentId: deployment.id,
        clusterId,
        namespace,
        operation,
        actor,
      });
      await recordChange(context, {
        ...auditedTask(again, deployment),
        after: { operation },
        reason: `retry of the task ${id}`,
      });
      tasks.push(await getDeploymentTask(context, again.id));
    }
    return tasks;
  });
}

async function requireRetryable({ db }: ServiceContext, task: DeploymentTask): Promise<void> {
  if (task.status !== "Failed" && task.status !== "Canceled") {
    throw new PreconditionFailed("Only a task that failed or was canceled can be retried.");
  }
  const [unfinished] = await listUnfinishedTasks(db, task.deploymentId);
  if (unfinished) {
    throw new PreconditionFailed(
      `The deployment still has a waiting or running ${unfinished.operation.kind}: see how that ends, or cancel it first.`,
    );
  }
}

type Again = (
  context: ServiceContext,
  deployment: PlacedDeployment,
  task: DeploymentTask,
) => Promise<Operation[]>;

const installAgain: Again = async (_context, deployment) => {
  requireInUse(deployment);
  return [deployment.revisionId === null ? installOf(deployment) : upgradeOf(deployment, deployment)];
};

const askAgain: Again = async (context, deployment, { operation }) => {
  requireInUse(deployment);
  if (operation.kind !== "InvokeAction" && operation.kind !== "RestartK8sResource") return [];
  const opened = await openOperation(context.keyring, deployment.id, operation);
  return [await prepareOperation(context, deployment, { ...opened, again: operation })];
};

/** What is asked for when a task of each kind is retried. */
const again: Readonly<Record<OperationKind, Again>> = {
  Install: installAgain,
  Upgrade: installAgain,
  Rollback: installAgain,
  Reinstall: installAgain,
  Recreate: recreateAgain,
  Uninstall: uninstallAgain,
  InvokeAction: askAgain,
  RestartK8sResource: askAgain,
};

async function recreateAgain(
  _context: ServiceContext,
  deployment: PlacedDeployment,
  { operation }: DeploymentTask,
): Promise<Operation[]> {
  requireInUse(deployment);
  const isCurrent =
    operation.kind === "Recreate" &&
    operation.newClusterId === deployment.clusterId &&
    operation.newNamespace === deployment.namespace;
  if (!isCurrent) {
    throw new PreconditionFailed(
      "The deployment has been renamed or moved since: there is nothing to retry.",
    );
  }
  return [operation, upgradeOf(deployment, deployment)];
}

/** An old Uninstall must not take down what has been installed since. */
async function uninstallAgain(
  { db }: ServiceContext,
  deployment: PlacedDeployment,
  { id }: DeploymentTask,
): Promise<Operation[]> {
  const newest = await findNewestTask(db, deployment.id);
  const isWanted = deployment.status === "Deleting" || !deployment.enabled;
  if (!isWanted || newest?.id !== id) {
    throw new PreconditionFailed(
      "The deployment has changed since: disable or delete it instead of retrying this.",
    );
  }
  return [{ kind: "Uninstall" }];
}
