import type { UserToken } from "@platz/domain";

/** A person's token as the audit log names it. Its value is nowhere. */
export function auditedUserToken({ id, name }: UserToken) {
  return { entity: "user_tokens", id, envId: null, label: name } as const;
}
