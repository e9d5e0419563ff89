import { deleteUserTokenRow, findUserToken } from "@platz/db/queries/user-tokens";
import { NotFound, type UserTokenId } from "@platz/domain";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedUserToken } from "./audited-user-token.ts";

/**
 * Revokes a token: one's own, or for a site admin anybody's. It ends at once. By a token for some envs only itself: the
 * others may reach further.
 */
export async function deleteUserToken(context: ServiceContext, id: UserTokenId): Promise<void> {
  const { identity, scope, grant } = context;
  await inTransaction(context, async (context) => {
    const token = await findUserToken(context.db, id);
    const isOwn = identity.kind === "User" && token?.userId === identity.id;
    const isInReach = grant.envIds === null || id === grant.tokenId;
    if (!token || !(scope.isSiteAdmin || (isOwn && isInReach))) throw new NotFound("token", id);
    await deleteUserTokenRow(context.db, id);
    await recordChange(context, { ...auditedUserToken(token), before: token });
  });
}
