import { listUserTokens as queryTokens } from "@platz/db/queries/user-tokens";
import { Forbidden, type Page, type PageRequest, type UserId, type UserToken } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** One's own tokens; a site admin sees everybody's. Values and hashes are never shown. */
export async function listUserTokens(
  context: ServiceContext,
  { userId, page }: { readonly userId?: UserId | undefined; readonly page: PageRequest },
): Promise<Page<UserToken>> {
  const { identity, scope, db } = context;
  if (identity.kind !== "User") throw new Forbidden("Only people have tokens to list.");
  if (scope.isSiteAdmin) return await queryTokens(db, { userId, page });
  if (userId !== undefined && userId !== identity.id) {
    throw new Forbidden("Only a site admin may see the tokens of others.");
  }
  return await queryTokens(db, { userId: identity.id, page });
}
