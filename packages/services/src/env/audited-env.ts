import type { Env } from "@platz/domain";

/** An env as the audit log names it. */
export function auditedEnv({ id, name, version }: Env) {
  return { entity: "envs", id, envId: id, label: name, version } as const;
}
