import { replaceDeploymentReferences } from "@platz/db/queries/deployment-references";
import { insertTask } from "@platz/db/queries/deployment-tasks";
import { insertDeployment } from "@platz/db/queries/deployments";
import type { NewDeployment } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeployment, auditedFields } from "./audited-deployment.ts";
import { checkNew } from "./check-new.ts";
import { getDeployment, type ShownDeployment } from "./get.ts";
import { nameTaken } from "./name-taken.ts";
import { installOf } from "./plan-update.ts";
import { holdsSecrets, sealInputs } from "./sealed-inputs.ts";
import { sensitiveInputsOf } from "./sensitive-inputs.ts";

/** Saves a deployment and asks for its Install, both or neither. */
export async function createDeployment(
  context: ServiceContext,
  input: NewDeployment,
): Promise<ShownDeployment> {
  return await inTransaction(context, async (context) => {
    const { db } = context;
    const { chart, place, references } = await checkNew(context, input, "create one");
    const { id, namespace, hostLabel } = place;
    const isSensitive = sensitiveInputsOf(chart);
    const stored = await sealInputs(context.keyring, { id, inputs: input, isSensitive, before: [] });
    const confidential = holdsSecrets(stored, references);
    const wanted = { ...input, ...stored, confidential, id, namespace, hostLabel };
    if (!(await insertDeployment(db, wanted))) throw await nameTaken(context, place);
    await replaceDeploymentReferences(db, id, references);
    await insertTask(db, {
      deploymentId: id,
      clusterId: wanted.clusterId,
      namespace: wanted.namespace,
      operation: installOf({ ...wanted, enabled: true }),
      actor: actorOf(context),
    });
    const created = await getDeployment(context, id);
    const after = auditedFields({ ...created, ...stored });
    await recordChange(context, { ...auditedDeployment(created), after });
    return created;
  });
}
