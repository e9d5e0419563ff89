import { isUniqueViolation } from "@platz/db";
import { listDependants, replaceDeploymentReferences } from "@platz/db/queries/deployment-references";
import { insertTask } from "@platz/db/queries/deployment-tasks";
import { lockDeployment, type PlacedDeployment, updateDeploymentRow } from "@platz/db/queries/deployments";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import { Conflict, NotFound, type UpdateDeployment } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeployment, auditedFields } from "./audited-deployment.ts";
import { checkEdit } from "./check-edit.ts";
import { deploymentLabel } from "./deployment-label.ts";
import { editOf } from "./edit-of.ts";
import { getDeployment, type ShownDeployment } from "./get.ts";
import { planUpdate } from "./plan-update.ts";
import { requireNotDeleting } from "./require-in-use.ts";

/**
 * Saves an edit of a deployment together with the tasks that follow from it (API spec 7.1), all or nothing. An edit
 * of what somebody else has changed meanwhile is a conflict.
 */
export async function updateDeployment(
  context: ServiceContext,
  input: UpdateDeployment,
): Promise<ShownDeployment> {
  try {
    return await inTransaction(context, (context) => update(context, input));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Conflict("Another deployment of the cluster has just taken that name: choose another name.");
  }
}

async function update(context: ServiceContext, input: UpdateDeployment): Promise<ShownDeployment> {
  const { db, scope } = context;
  const strength = input.enabled === false ? "update" : "no key update";
  const before = await lockDeployment(db, input.id, { scope: scope.envs, strength });
  if (!before) throw new NotFound("deployment", input.id);
  await requireDeploymentMaintainer(context, before, "change it");
  requireNotDeleting(before);
  await requireSeenVersion(context, { ...before, label: deploymentLabel(before) }, input.version);

  const edit = editOf(before, input);
  const { references, reinstallDependencies } = await checkEdit(context, edit);
  await updateDeploymentRow(db, before.id, edit.changes);
  if (references !== undefined) await replaceDeploymentReferences(db, before.id, references);

  const plan = planUpdate(before, edit.after, reinstallDependencies);
  for (const task of plan.tasks) {
    await insertTask(db, { ...task, deploymentId: before.id, actor: actorOf(context) });
  }
  if (plan.reinstallDependants) await reinstallDependants(context, before);
  const after = await getDeployment(context, before.id);
  await recordChange(context, {
    ...auditedDeployment(after),
    before: auditedFields(before),
    after: auditedFields(after),
  });
  return after;
}

async function reinstallDependants(context: ServiceContext, deployment: PlacedDeployment): Promise<void> {
  const dependants = await listDependants(context.db, { collection: "deployments", itemId: deployment.id });
  await requestReinstalls(
    context.db,
    dependants.filter(({ enabled }) => enabled).map(({ id }) => id),
    { reason: `deployment ${deploymentLabel(deployment)} was updated`, actor: actorOf(context) },
  );
}
