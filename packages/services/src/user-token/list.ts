import { listUserTokens as queryTokens } from "@platz/db/queries/user-tokens";
import {
  Forbidden,
  type ListRequest,
  type Page,
  type UserId,
  type UserToken,
  UserTokenId,
} from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/**
 * One's own tokens; a site admin sees everybody's, and a token for some envs itself. Values and hashes are never shown.
 */
export async function listUserTokens(
  context: ServiceContext,
  { userId, page, sort }: { readonly userId?: UserId | undefined } & ListRequest<"userTokens">,
): Promise<Page<UserToken>> {
  const { identity, scope, grant, db } = context;
  if (identity.kind !== "User") throw new Forbidden("Only people have tokens to list.");
  if (scope.isSiteAdmin) return await queryTokens(db, { userId, list: { page, sort } });
  if (userId !== undefined && userId !== identity.id) {
    throw new Forbidden("Only a site admin may see the tokens of others.");
  }
  const id = grant.envIds === null ? undefined : UserTokenId.parse(grant.tokenId);
  return await queryTokens(db, { userId: identity.id, id, list: { page, sort } });
}
