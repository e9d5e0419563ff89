import { listUserTokens as queryTokens } from "@platz/db/queries/user-tokens";
import { Forbidden, type ListRequest, type Page, type UserId, type UserToken } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** One's own tokens; a site admin sees everybody's. Values and hashes are never shown. */
export async function listUserTokens(
  context: ServiceContext,
  { userId, page, sort }: { readonly userId?: UserId | undefined } & ListRequest<"userTokens">,
): Promise<Page<UserToken>> {
  const { identity, scope, db } = context;
  if (identity.kind !== "User") throw new Forbidden("Only people have tokens to list.");
  if (scope.isSiteAdmin) return await queryTokens(db, { userId, list: { page, sort } });
  if (userId !== undefined && userId !== identity.id) {
    throw new Forbidden("Only a site admin may see the tokens of others.");
  }
  return await queryTokens(db, { userId: identity.id, list: { page, sort } });
}
