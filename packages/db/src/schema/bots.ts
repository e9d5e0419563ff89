import type { BotId } from "@platz/domain";
import { text } from "drizzle-orm/pg-core";
import { createdAt, primaryId, table } from "./table.ts";

export const bots = table("bots", {
  id: primaryId<BotId>(),
  createdAt: createdAt(),
  displayName: text().notNull(),
});
