import { findDeploymentTask } from "@platz/db/queries/deployment-tasks";
import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import {
  type DeploymentTask,
  NotFound,
  type OperationOf,
  PreconditionFailed,
  type RollbackDeployment,
} from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import type { ShownDeployment } from "./get.ts";
import { type DeploymentInputs, openOperation } from "./sealed-inputs.ts";
import { updateWithin } from "./update.ts";

/**
 * Brings a deployment back to what an earlier task had made of it: its chart, its inputs and its override are saved
 * again, checked like any edit, and applied as a new revision. Refused for a task that made nothing, and when everything
 * is like that already.
 */
export async function rollbackDeployment(
  context: ServiceContext,
  { id, version, toTaskId }: RollbackDeployment,
): Promise<ShownDeployment> {
  return await inTransaction(context, async (context) => {
    const { db, scope, keyring } = context;
    const deployment = await findDeployment(db, id, scope.envs);
    if (!deployment) throw new NotFound("deployment", id);
    await requireDeploymentMaintainer(context, deployment, "roll it back");
    requireInstalled(deployment);
    const task = await findDeploymentTask(db, toTaskId, scope.envs);
    if (task?.deploymentId !== id) throw new NotFound("task of this deployment", toTaskId);
    const stored = requireRevision(task);
    const opened = await openOperation(keyring, id, stored);
    const { helmChartId, configInputs: config, valuesOverride } = opened;
    let isChange = false;
    const rolledBack = await updateWithin(
      context,
      { id, version, helmChartId, config, valuesOverride },
      {
        named: (operation) => {
          if (operation.kind !== "Upgrade") return operation;
          isChange = true;
          return { ...operation, kind: "Rollback", toTaskId };
        },
        from: { stored: inputsOf(stored), opened: inputsOf(opened) },
      },
    );
    if (isChange) return rolledBack;
    throw new PreconditionFailed(
      "The deployment has the chart and the inputs of that task already: reinstall it to apply them again.",
    );
  });
}

function requireInstalled({ enabled, revisionId }: PlacedDeployment): void {
  if (enabled && revisionId !== null) return;
  throw new PreconditionFailed("The deployment is not installed: there is nothing to roll back.");
}

type Revision = OperationOf<"Install" | "Upgrade" | "Rollback">;

function inputsOf({ configInputs, valuesOverride }: Revision): DeploymentInputs {
  return { config: configInputs, valuesOverride };
}

function requireRevision({ status, operation }: Pick<DeploymentTask, "status" | "operation">): Revision {
  if (!("configInputs" in operation)) {
    throw new PreconditionFailed(
      `A task of the kind ${operation.kind} made no revision: choose an Install, Upgrade or Rollback.`,
    );
  }
  if (status === "Done") return operation;
  throw new PreconditionFailed(`That ${operation.kind} has not succeeded: choose one that has.`);
}
