import { deleteBotTokenRow, findBotToken } from "@platz/db/queries/bot-tokens";
import { findBot } from "@platz/db/queries/bots";
import { type BotTokenId, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedBotToken } from "./audited-bot-token.ts";

/** Revokes a token of a bot. It ends at once. */
export async function deleteBotToken(context: ServiceContext, id: BotTokenId): Promise<void> {
  requireSiteAdmin(context, "revoke tokens of bots");
  await inTransaction(context, async (context) => {
    const token = await findBotToken(context.db, id);
    if (!token) throw new NotFound("token", id);
    const bot = await findBot(context.db, token.botId);
    await deleteBotTokenRow(context.db, id);
    await recordChange(context, { ...auditedBotToken(token, bot?.displayName ?? ""), before: token });
  });
}
