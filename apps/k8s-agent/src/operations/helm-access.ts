import { type ClusterClient, currentToken, kubeconfigYaml, type TokenSource } from "@platz/kubernetes";

/** How Helm reaches a cluster. */
export interface HelmAccess {
  readonly kubeconfig: string;
  /** Where the kubeconfig's token comes from, if it does not last. */
  readonly token?: TokenSource;
  /** What must appear in no log of a run. */
  readonly secrets: readonly string[];
}

/** How Helm reaches this cluster now, for one run. */
export async function helmAccess({ connection }: Pick<ClusterClient, "connection">): Promise<HelmAccess> {
  const { token, key } = connection;
  return {
    kubeconfig: kubeconfigYaml(connection),
    ...(typeof token === "function" ? { token } : {}),
    secrets: [await currentToken(token), key].filter((text) => text !== undefined),
  };
}
