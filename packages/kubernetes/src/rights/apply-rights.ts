import type { ClusterConnection } from "../kubeconfig.ts";
import { createTransport } from "../transport.ts";
import { manifestKinds, type RightsObject } from "./manifest.ts";

/** Puts what a cluster needs before an agent works on it onto the cluster, as one of its admins. */
export async function applyRights(
  connection: ClusterConnection,
  objects: readonly RightsObject[],
  signal?: AbortSignal,
): Promise<void> {
  const transport = createTransport(connection);
  // In order: what is in a namespace comes after it.
  for (const object of objects) {
    await transport.send({
      method: "PATCH",
      path: `${pathOf(object)}?fieldManager=platz-rights&force=true`,
      contentType: "application/apply-patch+yaml",
      body: object,
      signal,
    });
  }
}

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: RightsObject): string {
  const api = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `/${api}${place}/${manifestKinds[kind]}/${name}`;
}
