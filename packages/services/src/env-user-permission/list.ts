import {
  listEnvUserPermissions as queryPermissions,
  type RightFilter,
} from "@platz/db/queries/env-user-permissions";
import type { EnvUserPermission, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who belongs to the caller's envs. */
export async function listEnvUserPermissions(
  { db, scope }: ServiceContext,
  { page, ...filter }: RightFilter & { readonly page: PageRequest },
): Promise<Page<EnvUserPermission>> {
  return await queryPermissions(db, scope.envs, { filter, page });
}
