import { findDeploymentTask, insertTask } from "@platz/db/queries/deployment-tasks";
import { lockDeployment } from "@platz/db/queries/deployments";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import {
  type DeploymentId,
  type DeploymentTask,
  NotFound,
  type Operation,
  PreconditionFailed,
  type RequestedOperation,
} from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { requireInUse } from "../deployment/require-in-use.ts";
import { prepareOperation } from "./operations/index.ts";

/** Asks for an action, a restart or a Reinstall. A Reinstall joins one that waits already. */
export async function requestDeploymentTask(
  context: ServiceContext,
  input: { readonly deploymentId: DeploymentId; readonly operation: RequestedOperation },
): Promise<DeploymentTask> {
  return await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const lock = { scope: scope.envs, strength: "no key update" } as const;
    const deployment = await lockDeployment(db, input.deploymentId, lock);
    if (!deployment) throw new NotFound("deployment", input.deploymentId);
    const operation = await prepareOperation(context, deployment, input.operation);
    requireInUse(deployment);
    if (operation.kind === "Reinstall") return await joinReinstall(context, deployment.id, operation);
    return await insertTask(db, {
      deploymentId: deployment.id,
      clusterId: deployment.clusterId,
      namespace: deployment.namespace,
      operation,
      actor: actorOf(context),
    });
  });
}

async function joinReinstall(
  context: ServiceContext,
  id: DeploymentId,
  { reason }: Extract<Operation, { kind: "Reinstall" }>,
): Promise<DeploymentTask> {
  const [requested] = await requestReinstalls(context.db, [id], { reason, actor: actorOf(context) });
  const task = requested && (await findDeploymentTask(context.db, requested.id, "all"));
  if (!task) throw new PreconditionFailed("The deployment is not installed: there is nothing to reinstall.");
  return task;
}
