import { findBot } from "@platz/db/queries/bots";
import { type Bot, type BotId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getBot({ db }: ServiceContext, id: BotId): Promise<Bot> {
  const bot = await findBot(db, id);
  if (!bot) throw new NotFound("bot", id);
  return bot;
}
