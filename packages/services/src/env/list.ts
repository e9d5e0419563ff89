import { type EnvFilter, listEnvs as queryEnvs } from "@platz/db/queries/envs";
import type { Env, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The envs that the caller belongs to. */
export async function listEnvs(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: EnvFilter & ListRequest<"envs">,
): Promise<Page<Env>> {
  return await queryEnvs(db, scope.envs, { filter, list: { page, sort } });
}
