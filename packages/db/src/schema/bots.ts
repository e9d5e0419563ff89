import type { BotId, BotTokenId, EnvId, UserId } from "@platz/domain";
import { boolean, index, integer, text, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, primaryId, table } from "./table.ts";
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
    createdAt: createdAt(),
    createdByUserId: uuid()
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    name: text().notNull(),
    secretHash: text().notNull(),
    expiresAt: instant(),
    lastUsedAt: instant(),
    /** A token that may look but change nothing. */
    readOnly: boolean().notNull().default(false),
    /** Narrows the token to these of its owner's envs; `null`: all of them. */
    envIds: uuid().$type<EnvId>().array(),
  },
  (t) => [index().on(t.botId), index().on(t.createdByUserId)],
);
