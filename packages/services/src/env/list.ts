import { type EnvFilter, listEnvs as queryEnvs } from "@platz/db/queries/envs";
import type { Env, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The envs that the caller belongs to. */
export async function listEnvs(
  { db, scope }: ServiceContext,
  { page, ...filter }: EnvFilter & { readonly page: PageRequest },
): Promise<Page<Env>> {
  return await queryEnvs(db, scope.envs, { filter, page });
}
