import type { ClusterConnection } from "@platz/kubernetes";

/** Asks a cluster for what the client of production does not offer; gives the answer's JSON. */
export async function clusterRequest(
  { server, ca, cert, key }: ClusterConnection,
  path: string,
  patch?: object,
): Promise<unknown> {
  const init = {
    method: patch === undefined ? "GET" : "PATCH",
    headers: { "content-type": "application/merge-patch+json" },
    ...(patch === undefined ? {} : { body: JSON.stringify(patch) }),
    tls: { ca, cert, key },
  };
  const response = await fetch(server + path, init as RequestInit);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}
