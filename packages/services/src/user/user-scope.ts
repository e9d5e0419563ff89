import type { UserScope } from "@platz/db/queries/users";
import { Forbidden } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Whom a caller may see: everybody for those who let people in, else oneself and the people of one's envs (W-11). */
export function userScope({ identity, scope }: ServiceContext): UserScope {
  if (identity.kind !== "User") throw new Forbidden("Only people may see people.");
  if (scope.envs === "all" || scope.adminOf.length > 0) return "all";
  return { self: identity.id, envIds: scope.envs };
}
