import { shareEnv } from "@platz/db/queries/envs";
import { insertSecret } from "@platz/db/queries/secrets";
import { Conflict, type NewSecret, NotFound, SecretId, type SecretSummary } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedSecret } from "./audited-secret.ts";
import { requireKinds } from "./require-kinds.ts";
import { secretPlace } from "./secret-place.ts";

/** Keeps a secret for the deployments of an env. Its contents are sealed before they reach the database. */
export async function createSecret(
  context: ServiceContext,
  { contents, kindIds = null, ...input }: NewSecret,
): Promise<SecretSummary> {
  requireEnvAdmin(context, input.envId, "create secrets");
  return await inTransaction(context, async (context) => {
    const { db, keyring } = context;
    await requireKinds(db, kindIds);
    if (!(await shareEnv(db, input.envId))) throw new NotFound("env", input.envId);
    const id = SecretId.parse(crypto.randomUUID());
    const sealed = await keyring.seal(contents, secretPlace(id));
    const secret = await insertSecret(db, { ...input, id, kindIds, contents: sealed });
    if (!secret) {
      throw new Conflict(
        `The env has a secret "${input.name}" in the collection "${input.collection}" already: choose another name or update that one.`,
      );
    }
    await recordChange(context, {
      ...auditedSecret(secret),
      after: { collection: secret.collection, name: secret.name, kindIds, contents },
    });
    return secret;
  });
}
