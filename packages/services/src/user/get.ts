import { findUserInScope } from "@platz/db/queries/users";
import { NotFound, type User, type UserId } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { userScope } from "./user-scope.ts";

/** A person whom the caller may see. */
export async function getUser(context: ServiceContext, id: UserId): Promise<User> {
  const user = await findUserInScope(context.db, id, userScope(context));
  if (!user) throw new NotFound("user", id);
  return user;
}
