import { insertBot } from "@platz/db/queries/bots";
import type { Bot, NewBot } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedBot } from "./audited-bot.ts";

/** Makes a bot. It may do nothing until something is granted to it. */
export async function createBot(context: ServiceContext, input: NewBot): Promise<Bot> {
  requireSiteAdmin(context, "make a bot");
  return await inTransaction(context, async (context) => {
    const bot = await insertBot(context.db, input);
    await recordChange(context, { ...auditedBot(bot), after: bot });
    return bot;
  });
}
