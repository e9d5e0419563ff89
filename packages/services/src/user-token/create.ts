import { createApiToken } from "@platz/auth";
import { insertUserToken } from "@platz/db/queries/user-tokens";
import { findUser } from "@platz/db/queries/users";
import { Forbidden, Invalid, type NewUserToken, NotFound, type UserToken, UserTokenId } from "@platz/domain";
import { requireSession } from "../access/require-session.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedUserToken } from "./audited-user-token.ts";

/** A new token and its value, which is shown this once. */
export interface CreatedUserToken {
  readonly userToken: UserToken;
  readonly token: string;
}

/** Makes a token for oneself, or for a site admin for anybody. */
export async function createUserToken(
  context: ServiceContext,
  input: NewUserToken,
): Promise<CreatedUserToken> {
  const { identity, scope, now } = context;
  requireSession(context, "make tokens");
  if (identity.kind !== "User") throw new Forbidden("Only people may make tokens.");
  const userId = input.userId ?? identity.id;
  if (userId !== identity.id && !scope.isSiteAdmin) {
    throw new Forbidden("Only a site admin may make tokens for others.");
  }
  if (input.expiresAt !== null && input.expiresAt <= now()) {
    throw Invalid.fields("The token", [{ path: ["expiresAt"], message: "choose a time in the future" }]);
  }
  return await inTransaction(context, async (context) => {
    const user = await findUser(context.db, userId);
    if (!user?.isActive) throw new NotFound("active user", userId);
    const { id, token: value, secretHash } = createApiToken();
    const token = { ...input, id: UserTokenId.parse(id), userId, secretHash };
    const userToken = await insertUserToken(context.db, token);
    await recordChange(context, { ...auditedUserToken(userToken), after: userToken });
    return { userToken, token: value };
  });
}
