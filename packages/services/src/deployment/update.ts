import { isUniqueViolation } from "@platz/db";
import { listDependants, replaceDeploymentReferences } from "@platz/db/queries/deployment-references";
import { cancelWaitingUpgrades, insertTask } from "@platz/db/queries/deployment-tasks";
import { lockDeployment, type PlacedDeployment, updateDeploymentRow } from "@platz/db/queries/deployments";
import { requestReinstalls } from "@platz/db/queries/reinstall-requests";
import { moveResources } from "@platz/db/queries/resource-moves";
import { Conflict, NotFound, type Operation, type UpdateDeployment } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeployment, auditedFields } from "./audited-deployment.ts";
import { checkEdit } from "./check-edit.ts";
import { requirePlainInputs } from "./check-inputs.ts";
import { deploymentLabel } from "./deployment-label.ts";
import { editOf } from "./edit-of.ts";
import { getDeployment, type ShownDeployment } from "./get.ts";
import { planUpdate } from "./plan-update.ts";
import { requireNotDeleting } from "./require-in-use.ts";
import {
  holdsSecrets,
  openInputs,
  type StoredInputs,
  sealInputs,
  withStoredInputs,
} from "./sealed-inputs.ts";

/**
 * Saves an edit of a deployment together with the tasks that follow from it (API spec 7.1), all or nothing. An edit
 * of what somebody else has changed meanwhile is a conflict.
 */
export async function updateDeployment(
  context: ServiceContext,
  input: UpdateDeployment,
): Promise<ShownDeployment> {
  try {
    return await inTransaction(context, (context) => updateWithin(context, input));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    if (isUniqueViolation(error, "deployment_resources__type_name")) throw resourceNameTaken();
    throw new Conflict(
      "Another deployment of the cluster has just taken that name or host: choose another name.",
    );
  }
}

interface UpdateOptions {
  /** May give another name to what is asked for. */
  readonly named?: (operation: Operation) => Operation;
  /** Where the inputs come from, when nobody has entered them: what is sealed there stays sealed. */
  readonly from?: StoredInputs;
}

/** The same within a transaction. */
export async function updateWithin(
  context: ServiceContext,
  input: UpdateDeployment,
  { named = (operation) => operation, from }: UpdateOptions = {},
): Promise<ShownDeployment> {
  const { db, scope, keyring } = context;
  const strength = input.enabled === false ? "update" : "no key update";
  const stored = await lockDeployment(db, input.id, { scope: scope.envs, strength });
  if (!stored) throw new NotFound("deployment", input.id);
  await requireDeploymentMaintainer(context, stored, "change it");
  requireNotDeleting(stored);
  await requireSeenVersion(context, { ...stored, label: deploymentLabel(stored) }, input.version);
  requirePlainInputs("The deployment", { config: input.config, valuesOverride: input.valuesOverride });

  const before = await openInputs(keyring, stored);
  const edit = editOf(before, input);
  const { envId, host, references, reinstallDependencies, isSensitive } = await checkEdit(context, edit);
  const toStore = await sealInputs(keyring, {
    id: before.id,
    inputs: edit.after,
    isSensitive,
    before: [{ stored, opened: before }, ...(from ? [from] : [])],
  });
  const confidential = holdsSecrets(toStore, references) || undefined;
  await updateDeploymentRow(db, before.id, { ...edit.changes, ...host, ...toStore, confidential });
  if (envId !== null && envId !== before.envId) await moveResources(db, [before.id], envId);
  if (references !== undefined) await replaceDeploymentReferences(db, before.id, references);

  const plan = planUpdate(before, edit.after, reinstallDependencies);
  if (input.supersede && plan.tasks.some(({ operation }) => operation.kind === "Upgrade")) {
    const reason = `Superseded by a newer Upgrade that ${scope.label} asked for.`;
    await cancelWaitingUpgrades(db, before.id, { identity: context.identity, reason });
  }
  for (const task of plan.tasks) {
    const operation = withStoredInputs(named(task.operation), { before: stored, after: toStore });
    await insertTask(db, { ...task, operation, deploymentId: before.id, actor: actorOf(context) });
  }
  if (plan.reinstallDependants) await reinstallDependants(context, before);
  const after = await getDeployment(context, before.id);
  await recordChange(context, {
    ...auditedDeployment(after),
    before: auditedFields(stored),
    after: auditedFields({ ...after, ...toStore }),
  });
  return after;
}

function resourceNameTaken(): Conflict {
  return new Conflict(
    "The other env has a resource with the name of one that would move there: rename that first.",
  );
}

async function reinstallDependants(context: ServiceContext, deployment: PlacedDeployment): Promise<void> {
  const dependants = await listDependants(context.db, { collection: "deployments", itemId: deployment.id });
  await requestReinstalls(
    context.db,
    dependants.filter(({ enabled }) => enabled).map(({ id }) => id),
    { reason: `deployment ${deploymentLabel(deployment)} was updated`, actor: actorOf(context) },
  );
}
