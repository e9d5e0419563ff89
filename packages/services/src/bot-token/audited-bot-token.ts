import type { BotToken } from "@platz/domain";

/** A token of a bot as the audit log names it. Its value is nowhere. */
export function auditedBotToken({ id, name }: BotToken, bot: string) {
  return { entity: "bot_tokens", id, envId: null, label: `${bot}: ${name}` } as const;
}
