import type { EnvUserPermission } from "@platz/domain";

/** That somebody belongs to an env, as the audit log names it. */
export function auditedEnvRight({ id, envId }: EnvUserPermission, holder: string) {
  return { entity: "env_user_permissions", id, envId, label: holder } as const;
}
