import type { ClusterConnection } from "@platz/kubernetes";

/**
 * Asks the API server for what the agent itself never does, such as making workloads. Gives the answer's JSON, and fails for any
 * refusal.
 */
export async function kubeRequest(
  { server, ca, cert, key, token }: ClusterConnection,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body?: object },
): Promise<unknown> {
  const isPatch = method === "PATCH";
  const response = await fetch(`${server}${path}`, {
    method,
    headers: {
      "content-type": isPatch ? "application/merge-patch+json" : "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    tls: { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) },
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** A Deployment as small as it can be. */
export function deploymentManifest(name: string, replicas: number) {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app" }] } },
    },
  };
}
