import { listDependants } from "@platz/db/queries/deployment-references";
import { deleteSecretRow, lockSecret } from "@platz/db/queries/secrets";
import { Conflict, NotFound, type SecretId } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabels } from "../deployment/deployment-label.ts";
import { auditedSecret } from "./audited-secret.ts";

/** Deletes a secret that no deployment uses. */
export async function deleteSecret(context: ServiceContext, id: SecretId): Promise<void> {
  await inTransaction(context, async (context) => {
    const secret = await lockSecret(context.db, id, context.scope.envs);
    if (!secret) throw new NotFound("secret", id);
    requireEnvAdmin(context, secret.envId, "delete secrets");
    const dependants = await listDependants(context.db, { collection: "secrets", itemId: id });
    if (dependants.length > 0) {
      throw new Conflict(
        `The secret ${secret.name} is used by ${deploymentLabels(dependants)}: take it out of their inputs first.`,
      );
    }
    await deleteSecretRow(context.db, id);
    await recordChange(context, { ...auditedSecret(secret), before: secret });
  });
}
