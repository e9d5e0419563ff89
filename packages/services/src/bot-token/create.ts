import { createApiToken } from "@platz/auth";
import { insertBotToken } from "@platz/db/queries/bot-tokens";
import { findBot } from "@platz/db/queries/bots";
import { type BotToken, BotTokenId, Invalid, type NewBotToken, NotFound } from "@platz/domain";
import { requireSession } from "../access/require-session.ts";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedBotToken } from "./audited-bot-token.ts";

/** A new token and its value, which is shown this once. */
export interface CreatedBotToken {
  readonly botToken: BotToken;
  readonly token: string;
}

/** Makes a token of a bot; it never may do more than the bot, and can be narrowed. */
export async function createBotToken(context: ServiceContext, input: NewBotToken): Promise<CreatedBotToken> {
  requireSession(context, "make tokens");
  requireSiteAdmin(context, "make tokens of bots");
  if (input.expiresAt !== null && input.expiresAt <= context.now()) {
    throw Invalid.fields("The token", [{ path: ["expiresAt"], message: "choose a time in the future" }]);
  }
  return await inTransaction(context, async (context) => {
    const { db, identity } = context;
    const bot = await findBot(db, input.botId);
    if (!bot) throw new NotFound("bot", input.botId);
    const { id, token, secretHash } = createApiToken();
    const createdByUserId = identity.kind === "User" ? identity.id : null;
    const botToken = await insertBotToken(db, {
      ...input,
      id: BotTokenId.parse(id),
      createdByUserId,
      secretHash,
    });
    await recordChange(context, { ...auditedBotToken(botToken, bot.displayName), after: botToken });
    return { botToken, token };
  });
}
