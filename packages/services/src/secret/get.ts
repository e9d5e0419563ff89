import { findSecret } from "@platz/db/queries/secrets";
import { NotFound, type SecretId, type SecretSummary } from "@platz/domain";
import { reachOf } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";

/** A secret of one of the caller's envs, for a deployment one that its token reaches, without its contents. */
export async function getSecret(context: ServiceContext, id: SecretId): Promise<SecretSummary> {
  const secret = await findSecret(context.db, id, context.scope.envs);
  const reach = await reachOf(context);
  if (!secret || reach?.seesSecret(secret) === false) throw new NotFound("secret", id);
  return secret;
}
