import type { K8sCluster } from "@platz/domain";

/** A cluster as the audit log names it. */
export function auditedCluster({ id, name, envId, version }: K8sCluster) {
  return { entity: "k8s_clusters", id, envId, label: name, version } as const;
}
