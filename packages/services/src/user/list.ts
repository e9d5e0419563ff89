import { listUsers as queryUsers, type UserFilter, type UserScope } from "@platz/db/queries/users";
import { Forbidden, type Page, type PageRequest, type User } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** People: all of them for those who let people in (site admins and admins of an env), else those of one's envs (W-11). */
export async function listUsers(
  context: ServiceContext,
  { page, ...filter }: UserFilter & { readonly page: PageRequest },
): Promise<Page<User>> {
  return await queryUsers(context.db, userScope(context), { filter, page });
}

function userScope({ identity, scope }: ServiceContext): UserScope {
  if (identity.kind !== "User") throw new Forbidden("Only people may list people.");
  if (scope.envs === "all" || scope.adminOf.length > 0) return "all";
  return { self: identity.id, envIds: scope.envs };
}
