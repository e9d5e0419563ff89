import type { DeploymentKind, KindGrant } from "@platz/domain";

/** A grant of a kind, as the audit log names it. */
export function auditedGrant({ id }: Pick<KindGrant, "id">, kind: Pick<DeploymentKind, "name">) {
  return { entity: "kind_grants", id, envId: null, label: `grant of ${kind.name}` } as const;
}
