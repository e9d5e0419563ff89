import { insertSecret } from "@platz/db/queries/secrets";
import { Conflict, type NewSecret, SecretId, type SecretSummary } from "@platz/domain";
import { requireEnvAdmin } from "../access/require-env-admin.ts";
import type { ServiceContext } from "../context.ts";
import { secretPlace } from "./secret-place.ts";

/** Keeps a secret for the deployments of an env. Its contents are sealed before they reach the database. */
export async function createSecret(
  context: ServiceContext,
  { contents, ...input }: NewSecret,
): Promise<SecretSummary> {
  requireEnvAdmin(context, input.envId, "create secrets");
  const id = SecretId.parse(crypto.randomUUID());
  const sealed = await context.keyring.seal(contents, secretPlace(id));
  const secret = await insertSecret(context.db, { ...input, id, contents: sealed });
  if (!secret) {
    throw new Conflict(
      `The env has a secret "${input.name}" in the collection "${input.collection}" already: choose another name or update that one.`,
    );
  }
  return secret;
}
