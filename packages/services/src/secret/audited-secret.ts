import type { SecretSummary } from "@platz/domain";

/** A secret as the audit log names it. Its contents are never told. */
export function auditedSecret({ id, envId, version, collection, name }: SecretSummary) {
  const label = `${collection}/${name}`;
  return { entity: "secrets", id, envId, version, label, secrets: ["contents"] } as const;
}
