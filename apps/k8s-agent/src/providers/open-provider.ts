import type { AgentSettings } from "../settings.ts";
import type { ClusterProvider } from "./cluster-provider.ts";
import { inClusterProvider, SERVICE_ACCOUNT } from "./in-cluster.ts";
import { localProvider } from "./local.ts";

type ProviderName = AgentSettings["PLATZ_CLUSTER_PROVIDER"];

const providers: Readonly<Record<ProviderName, (settings: AgentSettings) => Promise<ClusterProvider>>> = {
  local: async (settings) =>
    localProvider({ kubeconfig: settings.PLATZ_LOCAL_KUBECONFIG, context: settings.PLATZ_LOCAL_CONTEXT }),
  "in-cluster": async (settings) =>
    inClusterProvider({
      name: settings.PLATZ_IN_CLUSTER_NAME,
      folder: SERVICE_ACCOUNT,
      host: settings.KUBERNETES_SERVICE_HOST,
      port: settings.KUBERNETES_SERVICE_PORT,
    }),
  eks: async (settings) => {
    // The AWS clients take a quarter of a second to load, and 30 MB: only who needs them does.
    const { eksProvider } = await import("./eks/eks.ts");
    return eksProvider({ regions: settings.PLATZ_EKS_REGIONS, identities: settings.PLATZ_EKS_ROLES });
  },
};

/** Where clusters are found, as the settings say. */
export function openProvider(settings: AgentSettings): Promise<ClusterProvider> {
  return providers[settings.PLATZ_CLUSTER_PROVIDER](settings);
}
