import { deleteUserTokenRow, findUserToken } from "@platz/db/queries/user-tokens";
import { NotFound, type UserTokenId } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Revokes a token: one's own, or for a site admin anybody's. It ends at once. */
export async function deleteUserToken(
  { db, identity, scope }: ServiceContext,
  id: UserTokenId,
): Promise<void> {
  const token = await findUserToken(db, id);
  const mayDelete = scope.isSiteAdmin || (identity.kind === "User" && token?.userId === identity.id);
  if (!token || !mayDelete) throw new NotFound("token", id);
  await deleteUserTokenRow(db, id);
}
