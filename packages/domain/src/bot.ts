import { z } from "zod";
import { BotId, BotTokenId, EnvId, UserId } from "./ids.ts";
import { Instant } from "./instant.ts";

/** A program with a name of its own. It may do exactly what is granted to it. */
export const Bot = z.object({
  id: BotId,
  createdAt: z.date(),
  version: z.int32(),
  displayName: z.string(),
});
export type Bot = z.output<typeof Bot>;

const displayName = z.string().trim().min(1, "give the bot a name").max(100);

export const NewBot = z.strictObject({ displayName });
export type NewBot = z.output<typeof NewBot>;

/** `version` is the one that was seen: a stale edit is a conflict. */
export const UpdateBot = z.strictObject({ id: BotId, version: z.int32(), displayName });
export type UpdateBot = z.output<typeof UpdateBot>;

/** A token of a bot, as it may be seen: its value is shown once, when it is made. */
export const BotToken = z.object({
  id: BotTokenId,
  botId: BotId,
  createdAt: z.date(),
  createdByUserId: UserId.nullable(),
  name: z.string(),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  /** It may look, and change nothing. */
  readOnly: z.boolean(),
  /** Narrows it to these of the bot's envs; `null`: all of them. */
  envIds: z.array(EnvId).nullable(),
});
export type BotToken = z.output<typeof BotToken>;

export const NewBotToken = z.strictObject({
  botId: BotId,
  name: z.string().trim().min(1, "give the token a name").max(100),
  expiresAt: Instant.nullable().default(null),
  readOnly: z.boolean().default(false),
  envIds: z.array(EnvId).min(1).max(100).nullable().default(null),
});
export type NewBotToken = z.output<typeof NewBotToken>;
