import type { SecretSummary } from "@platz/domain";

/** A secret as the audit log names it. Its contents are never told. */
export function auditedSecret({ id, envId, collection, name }: SecretSummary) {
  return { entity: "secrets", id, envId, label: `${collection}/${name}`, secrets: ["contents"] } as const;
}
