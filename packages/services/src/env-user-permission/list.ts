import { listEnvUserPermissions as queryPermissions } from "@platz/db/queries/env-user-permissions";
import type { EnvId, EnvUserPermission, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Who belongs to the caller's envs. */
export async function listEnvUserPermissions(
  { db, scope }: ServiceContext,
  input: { readonly envId?: EnvId | undefined; readonly page: PageRequest },
): Promise<Page<EnvUserPermission>> {
  return await queryPermissions(db, scope.envs, input);
}
