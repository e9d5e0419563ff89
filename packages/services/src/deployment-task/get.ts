import { findDeploymentTask, findTaskAhead } from "@platz/db/queries/deployment-tasks";
import { findDeployment } from "@platz/db/queries/deployments";
import { findClusterHealth } from "@platz/db/queries/k8s-clusters";
import { type DeploymentTask, type DeploymentTaskId, NotFound, type Operation } from "@platz/domain";
import { keptBackFrom, toldReason } from "../access/may-read-details.ts";
import { deploymentRoleOf } from "../access/require-deployment-role.ts";
import type { ServiceContext } from "../context.ts";
import { openOperation } from "../deployment/sealed-inputs.ts";
import { waitingFor } from "./waiting-for.ts";

/** A task as its reader may see it, and why it does not run if it waits. */
export type ExplainedTask = DeploymentTask & {
  readonly waitingFor: string | null;
  /** Whether the operation's inputs are left out: they are for those who may change the deployment (W-13). */
  readonly inputsAreHidden: boolean;
};

export async function getDeploymentTask(
  context: ServiceContext,
  id: DeploymentTaskId,
): Promise<ExplainedTask> {
  const { db, scope } = context;
  const task = await findDeploymentTask(db, id, scope.envs);
  if (!task) throw new NotFound("task", id);
  const deployment = await findDeployment(db, task.deploymentId, scope.envs);
  const role = deployment && (await deploymentRoleOf(context, deployment));
  const keptBack = await keptBackFrom(context, [task.deploymentId]);
  const told = { ...task, reason: toldReason(task.reason, keptBack.has(task.deploymentId)) };
  return {
    ...told,
    operation: role
      ? await openOperation(context.keyring, task.deploymentId, task.operation)
      : withoutInputs(task.operation),
    inputsAreHidden: role === undefined,
    waitingFor: await reasonToWait(context, told),
  };
}

async function reasonToWait({ db, now }: ServiceContext, task: DeploymentTask): Promise<string | null> {
  if (task.status !== "Pending") return null;
  const ahead = await findTaskAhead(db, task);
  const cluster = task.clusterId === null ? undefined : await findClusterHealth(db, task.clusterId);
  return waitingFor({ task, ahead, cluster, now: now() });
}

function withoutInputs(operation: Operation): Operation {
  if ("body" in operation) return { ...operation, body: {} };
  if ("configDelta" in operation)
    return { ...operation, configInputs: {}, configDelta: null, valuesOverride: {} };
  if ("configInputs" in operation) return { ...operation, configInputs: {}, valuesOverride: {} };
  return operation;
}
