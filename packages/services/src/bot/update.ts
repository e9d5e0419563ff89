import { lockBot, updateBotRow } from "@platz/db/queries/bots";
import { type Bot, NotFound, type UpdateBot } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedBot } from "./audited-bot.ts";

/** Gives a bot another name. */
export async function updateBot(context: ServiceContext, input: UpdateBot): Promise<Bot> {
  requireSiteAdmin(context, "change a bot");
  return await inTransaction(context, async (context) => {
    const before = await lockBot(context.db, input.id);
    if (!before) throw new NotFound("bot", input.id);
    await requireSeenVersion(context, { ...before, label: `The bot ${before.displayName}` }, input.version);
    if (before.displayName === input.displayName) return before;
    const after = await updateBotRow(context.db, input);
    if (!after) throw new NotFound("bot", input.id);
    await recordChange(context, { ...auditedBot(after), before, after });
    return after;
  });
}
