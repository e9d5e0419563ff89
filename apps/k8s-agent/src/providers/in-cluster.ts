import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClusterConnection, KubernetesError, openCluster } from "@platz/kubernetes";
import { type ClusterProvider, ProviderError } from "./cluster-provider.ts";

export interface InClusterOptions {
  /** The name under which people know the cluster. */
  readonly name: string;
  /** Where Kubernetes puts a pod's service account. */
  readonly folder: string;
  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` of a pod. */
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** A token that is renewed on the disk is read again after this. */
const TOKEN_READ_MS = 60_000;
/** Where Kubernetes puts a pod's service account. */
export const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The cluster that this process runs in, as the pod's own service account. Its id is that of the namespace
 * `kube-system`, which is the cluster's own for as long as it lives.
 */
export function inClusterProvider(options: InClusterOptions): ClusterProvider {
  const connect = () => inClusterConnection(options);
  return {
    name: "in-cluster",
    owns: (providerId) => providerId.startsWith("in-cluster:"),
    async discover(signal) {
      const system = await openCluster(await connect()).getNamespace("kube-system", signal);
      if (system === null) throw new ProviderError("The cluster has no namespace kube-system to know it by.");
      const providerId = `in-cluster:${system.uid}`;
      const cluster = { providerId, name: options.name, regionName: "in-cluster", connect };
      return { clusters: [cluster], blindSpots: [] };
    },
  };
}

/** How the cluster is reached that this process runs in. Throws `ProviderError` outside of one. */
export async function inClusterConnection({
  host,
  port,
  folder,
  name,
}: InClusterOptions): Promise<ClusterConnection> {
  if (!host || !port) {
    throw new ProviderError(
      "This process does not run in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set.",
    );
  }
  const token = serviceAccountToken(join(folder, "token"));
  await token();
  return {
    context: name,
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ca: await fileOf(join(folder, "ca.crt")),
    cert: undefined,
    key: undefined,
    token,
    serverName: undefined,
    skipTlsVerify: false,
  };
}

/** The token in a file, which Kubernetes renews long before it runs out. */
function serviceAccountToken(path: string) {
  let known: { readonly text: string; readonly readAt: number } | undefined;
  return async (): Promise<string> => {
    if (known !== undefined && performance.now() - known.readAt < TOKEN_READ_MS) return known.text;
    known = { text: (await fileOf(path)).trim(), readAt: performance.now() };
    return known.text;
  };
}

async function fileOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new KubernetesError(
      `The service account's file ${path} cannot be read; give the pod a service account.`,
      0,
      { cause },
    );
  }
}
