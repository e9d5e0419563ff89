import { deleteBotRow, lockBot } from "@platz/db/queries/bots";
import { listGoesWithBot } from "@platz/db/queries/goes-with";
import { type BotId, NotFound } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange, recordGone } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedBot } from "./audited-bot.ts";

/** Deletes a bot with its tokens and grants. What it did stays in the histories, with its name. */
export async function deleteBot(context: ServiceContext, id: BotId): Promise<void> {
  requireSiteAdmin(context, "delete a bot");
  await inTransaction(context, async (context) => {
    const bot = await lockBot(context.db, id);
    if (!bot) throw new NotFound("bot", id);
    const gone = await listGoesWithBot(context.db, id);
    await deleteBotRow(context.db, id);
    await recordChange(context, { ...auditedBot(bot), before: bot });
    await recordGone(context, gone, `the bot ${bot.displayName} was deleted`);
  });
}
