import { type ClusterConnection, loadKubeconfig } from "@platz/kubernetes";
import type { ClusterProvider } from "./cluster-provider.ts";

/** The one cluster that a kubeconfig context names (workers spec 3.2). The file is read anew each time. */
export function localProvider(options: {
  readonly kubeconfig: string;
  readonly context?: string | undefined;
}): ClusterProvider {
  const load = (): Promise<ClusterConnection> => loadKubeconfig(options.kubeconfig, options.context);
  return {
    name: "local",
    owns: (providerId) => providerId.startsWith("local:"),
    async discover() {
      const { context } = await load();
      const cluster = { providerId: `local:${context}`, name: context, regionName: "local", connect: load };
      return { clusters: [cluster], blindSpots: [] };
    },
  };
}
