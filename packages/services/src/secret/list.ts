import { listSecrets as querySecrets, type SecretFilter } from "@platz/db/queries/secrets";
import type { Page, PageRequest, SecretSummary } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The secrets of the caller's envs by name; contents are never read. */
export async function listSecrets(
  { db, scope }: ServiceContext,
  { page, ...filter }: SecretFilter & { readonly page: PageRequest },
): Promise<Page<SecretSummary>> {
  return await querySecrets(db, scope.envs, { filter, page });
}
