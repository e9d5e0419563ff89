import type { BotId, BotTokenId, UserId } from "@platz/domain";
import { index, integer, text, uuid } from "drizzle-orm/pg-core";
import { createdAt, primaryId, table, tokenColumns } from "./table.ts";
import { users } from "./users.ts";

/** A program with a name of its own. What it may do is granted like a person's rights. */
export const bots = table("bots", {
  id: primaryId<BotId>(),
  createdAt: createdAt(),
  version: integer().notNull().default(1),
  displayName: text().notNull(),
});

export const botTokens = table(
  "bot_tokens",
  {
    /** Part of the token itself, hence chosen by the application. */
    id: uuid().$type<BotTokenId>().primaryKey(),
    botId: uuid()
      .$type<BotId>()
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    createdByUserId: uuid()
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    ...tokenColumns(),
  },
  (t) => [index().on(t.botId), index().on(t.createdByUserId)],
);
