import { listDependants } from "@platz/db/queries/deployment-references";
import { insertTask, listUnfinishedTasks } from "@platz/db/queries/deployment-tasks";
import { lockDeployment, setDeploymentDeleting } from "@platz/db/queries/deployments";
import { Conflict, type DeploymentId, NotFound } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireDeploymentOwner } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeployment } from "./audited-deployment.ts";
import { deploymentLabel, deploymentLabels } from "./deployment-label.ts";

/**
 * Has a deployment uninstalled and then deleted. Asked again while that goes on, nothing is added; after a failed
 * attempt a new one is made. Refused while any deployment, enabled or not, uses it.
 */
export async function deleteDeployment(context: ServiceContext, id: DeploymentId): Promise<void> {
  await inTransaction(context, async (context) => {
    const { db, scope } = context;
    const deployment = await lockDeployment(db, id, { scope: scope.envs, strength: "update" });
    if (!deployment) throw new NotFound("deployment", id);
    await requireDeploymentOwner(context, deployment, "delete it");
    const dependants = await listDependants(db, { collection: "deployments", itemId: id });
    if (dependants.length > 0) {
      throw new Conflict(
        `${deploymentLabel(deployment)} is used by ${deploymentLabels(dependants)}: take it out of their inputs first.`,
      );
    }
    const unfinished = await listUnfinishedTasks(db, id);
    const isUnderWay =
      deployment.status === "Deleting" && unfinished.some(({ operation }) => operation.kind === "Uninstall");
    if (isUnderWay) return;
    await setDeploymentDeleting(db, id);
    await insertTask(db, {
      deploymentId: id,
      clusterId: deployment.clusterId,
      namespace: deployment.namespace,
      operation: { kind: "Uninstall" },
      actor: actorOf(context),
    });
    await recordChange(context, {
      ...auditedDeployment(deployment),
      before: { status: deployment.status },
      after: { status: "Deleting" },
    });
  });
}
