import { findSecret } from "@platz/db/queries/secrets";
import { NotFound, type SecretId, type SecretSummary } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** A secret of one of the caller's envs, without its contents. */
export async function getSecret({ db, scope }: ServiceContext, id: SecretId): Promise<SecretSummary> {
  const secret = await findSecret(db, id, scope.envs);
  if (!secret) throw new NotFound("secret", id);
  return secret;
}
