import { z } from "zod";
import type { ClusterConnection } from "../kubeconfig.ts";
import { isNotFound } from "../kubernetes-error.ts";
import { createTransport, type Transport } from "../transport.ts";

/** An object of a release that is named as its namespace; `namespace: null` for one of the whole cluster. */
export interface ReleaseObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly release: string;
}

const Resources = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string() })) });
const Owned = z.object({
  metadata: z.object({ uid: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
});

/**
 * Deletes an object of whatever kind, if Helm says on it that it is the release's. Says whether it did: one that is not
 * there, whose kind is not, or that is another release's by now, is as good as deleted.
 */
export async function deleteObject(
  connection: ClusterConnection,
  { apiVersion, kind, namespace, name, release }: ReleaseObject,
  signal?: AbortSignal,
): Promise<boolean> {
  const transport = createTransport(connection);
  const group = apiVersion.split("/").map(encodeURIComponent).join("/");
  const api = `${apiVersion.includes("/") ? "apis" : "api"}/${group}`;
  try {
    const collection = await collectionOf(transport, { api, kind }, signal);
    if (collection === undefined) return false;
    const place = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
    const path = `/${api}${place}/${collection}/${encodeURIComponent(name)}`;
    const { uid, annotations } = (await transport.json(Owned, { path, signal })).metadata;
    const owner = [annotations["meta.helm.sh/release-name"], annotations["meta.helm.sh/release-namespace"]];
    if (owner.some((each) => each !== release)) return false;
    const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
    await transport.send({ method: "DELETE", path, body, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function collectionOf(
  transport: Transport,
  { api, kind }: { readonly api: string; readonly kind: string },
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { resources } = await transport.json(Resources, { path: `/${api}`, signal });
  return resources.find((each) => each.kind === kind && !each.name.includes("/"))?.name;
}
