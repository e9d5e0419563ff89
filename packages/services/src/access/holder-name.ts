import type { Queryable } from "@platz/db";
import { findBot } from "@platz/db/queries/bots";
import { findUser } from "@platz/db/queries/users";
import { type BotId, NotFound, type UserId } from "@platz/domain";

/** The name of who is to hold a right, or holds it. Throws `NotFound` when they do not exist. */
export async function holderName(
  db: Queryable,
  {
    userId,
    botId,
  }: { readonly userId?: UserId | null | undefined; readonly botId?: BotId | null | undefined },
): Promise<string> {
  if (userId) {
    const user = await findUser(db, userId);
    if (!user) throw new NotFound("user", userId);
    return user.displayName;
  }
  const bot = botId ? await findBot(db, botId) : undefined;
  if (!bot) throw new NotFound("bot", botId ?? "");
  return bot.displayName;
}
