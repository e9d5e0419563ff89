import type { Bot } from "@platz/domain";

/** A bot as the audit log names it. */
export function auditedBot({ id, displayName, version }: Bot) {
  return { entity: "bots", id, envId: null, label: displayName, version } as const;
}
