import type { ClusterClient } from "@platz/kubernetes";

/** What must appear in no log of a run on a cluster: the credential with which Helm reaches it. */
export function clusterSecrets({ connection: { token, key } }: Pick<ClusterClient, "connection">): string[] {
  return [token, key].filter((text) => text !== undefined);
}
