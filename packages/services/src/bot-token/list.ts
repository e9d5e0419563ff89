import { type BotTokenFilter, listBotTokens as queryTokens } from "@platz/db/queries/bot-tokens";
import type { BotToken, ListRequest, Page } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import type { ServiceContext } from "../context.ts";

/** The tokens of bots. Values and hashes are never shown. */
export async function listBotTokens(
  context: ServiceContext,
  { page, sort, ...filter }: BotTokenFilter & ListRequest<"botTokens">,
): Promise<Page<BotToken>> {
  requireSiteAdmin(context, "see the tokens of bots");
  return await queryTokens(context.db, { filter, list: { page, sort } });
}
