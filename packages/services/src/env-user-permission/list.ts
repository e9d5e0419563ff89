import {
  listEnvUserPermissions as queryPermissions,
  type RightFilter,
} from "@platz/db/queries/env-user-permissions";
import type { EnvUserPermission, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who belongs to the caller's envs. */
export async function listEnvUserPermissions(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: RightFilter & ListRequest<"envUserPermissions">,
): Promise<Page<EnvUserPermission>> {
  return await queryPermissions(db, scope.envs, { filter, list: { page, sort } });
}
