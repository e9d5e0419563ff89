import { listUsers as queryUsers, type UserFilter } from "@platz/db/queries/users";
import type { ListRequest, Page, User } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { userScope } from "./user-scope.ts";

/** The people whom the caller may see. */
export async function listUsers(
  context: ServiceContext,
  { page, sort, ...filter }: UserFilter & ListRequest<"users">,
): Promise<Page<User>> {
  return await queryUsers(context.db, userScope(context), { filter, list: { page, sort } });
}
