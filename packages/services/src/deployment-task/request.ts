import { insertTask } from "@platz/db/queries/deployment-tasks";
import { lockDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import {
  type DeploymentId,
  Invalid,
  NotFound,
  type Operation,
  PreconditionFailed,
  type RequestedOperation,
} from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { countTaskOfDeployment } from "../access/task-quota.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { requireInUse } from "../deployment/require-in-use.ts";
import { auditedTask } from "./audited-task.ts";
import { type ExplainedTask, getDeploymentTask } from "./get.ts";
import { prepareOperation } from "./operations/index.ts";

/** What is asked for, and from when on it may run. */
export interface TaskRequest {
  readonly deploymentId: DeploymentId;
  readonly operation: RequestedOperation;
  /** Not before this; absent: at once. */
  readonly executeAt?: Date | undefined;
}

const AHEAD_MAX_MS = 366 * 24 * 3600 * 1000;

/** Asks for an action, a restart or a Reinstall. A Reinstall joins one that waits already. */
export async function requestDeploymentTask(
  context: ServiceContext,
  input: TaskRequest,
): Promise<ExplainedTask> {
  return await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const lock = { scope: scope.envs, strength: "no key update" } as const;
    const deployment = await lockDeployment(db, input.deploymentId, lock);
    if (!deployment) throw new NotFound("deployment", input.deploymentId);
    const operation = await prepareOperation(context, deployment, input.operation);
    requireInUse(deployment);
    requireReasonableTime(context, input.executeAt);
    await countTaskOfDeployment(context);
    if (operation.kind === "Reinstall" && input.executeAt === undefined)
      return await joinReinstall(context, deployment, operation);
    const task = await insertTask(db, {
      executeAt: input.executeAt,
      deploymentId: deployment.id,
      clusterId: deployment.clusterId,
      namespace: deployment.namespace,
      operation,
      actor: actorOf(context),
    });
    await recordChange(context, {
      ...auditedTask(task, deployment),
      after: { operation, executeAt: task.executeAt },
    });
    return await getDeploymentTask(context, task.id);
  });
}

function requireReasonableTime({ now }: ServiceContext, executeAt: Date | undefined): void {
  if (executeAt === undefined || executeAt.getTime() - now().getTime() <= AHEAD_MAX_MS) return;
  throw Invalid.fields("The task", [{ path: ["executeAt"], message: "choose a time within the next year" }]);
}

async function joinReinstall(
  context: ServiceContext,
  deployment: PlacedDeployment,
  operation: Extract<Operation, { kind: "Reinstall" }>,
): Promise<ExplainedTask> {
  const [requested] = await requestReinstalls(context.db, [deployment.id], {
    reason: operation.reason,
    actor: actorOf(context),
  });
  if (!requested) {
    throw new PreconditionFailed("The deployment is not installed: there is nothing to reinstall.");
  }
  const task = { id: requested.id, operation };
  await recordChange(context, { ...auditedTask(task, deployment), after: { operation } });
  return await getDeploymentTask(context, requested.id);
}
