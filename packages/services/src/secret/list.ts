import { listSecrets as querySecrets, type SecretFilter } from "@platz/db/queries/secrets";
import type { ListRequest, Page, SecretSummary } from "@platz/domain";
import { reachOf } from "../access/token-reach.ts";
import type { ServiceContext } from "../context.ts";

/** The secrets of the caller's envs by name, for a deployment those that its token reaches; contents are never read. */
export async function listSecrets(
  context: ServiceContext,
  { page, sort, ...filter }: SecretFilter & ListRequest<"secrets">,
): Promise<Page<SecretSummary>> {
  const among = (await reachOf(context))?.secrets;
  const { db, scope } = context;
  return await querySecrets(db, scope.envs, { filter: { ...filter, among }, list: { page, sort } });
}
