import { listSecrets as querySecrets, type SecretFilter } from "@platz/db/queries/secrets";
import type { ListRequest, Page, SecretSummary } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The secrets of the caller's envs by name; contents are never read. */
export async function listSecrets(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: SecretFilter & ListRequest<"secrets">,
): Promise<Page<SecretSummary>> {
  return await querySecrets(db, scope.envs, { filter, list: { page, sort } });
}
