import { type Dependant, listDependants } from "@platz/db/queries/deployment-references";
import type { SecretId } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { getSecret } from "./get.ts";

/** Which deployments use a secret, enabled or not: those that a change of it reinstalls, and that keep it from deletion. */
export async function listSecretUsage(context: ServiceContext, id: SecretId): Promise<Dependant[]> {
  await getSecret(context, id);
  return await listDependants(context.db, { collection: "secrets", itemId: id });
}
