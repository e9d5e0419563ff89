import { RUNS_PODS_LABEL } from "../../local-stack/parts/control-plane.ts";
import type { ApiServer } from "./api-server.ts";

/** Makes a node, onto which only pods come that ask for it, with its kubelet at a port of this machine. */
export async function registerNode(api: ApiServer, name: string, port: number): Promise<void> {
  const capacity = { cpu: "100", memory: "100Gi", pods: "1000", "ephemeral-storage": "100Gi" };
  await api.ask("POST", "/api/v1/nodes", {
    metadata: {
      name,
      labels: { [RUNS_PODS_LABEL]: "true", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" },
    },
    spec: { taints: [{ key: RUNS_PODS_LABEL, value: "true", effect: "NoSchedule" }] },
  });
  const at = new Date().toISOString();
  await api.ask("PATCH", `/api/v1/nodes/${name}/status`, {
    status: {
      capacity,
      allocatable: capacity,
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      nodeInfo: { kubeletVersion: "v1.36.3", architecture: "amd64", operatingSystem: "linux" },
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          lastHeartbeatTime: at,
          lastTransitionTime: at,
        },
      ],
    },
  });
}

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

/** Says that the node is alive. Without that it counts as lost after 40 s. */
export async function renewNodeLease(api: ApiServer, name: string): Promise<void> {
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
  if ((await api.ask("PATCH", `${LEASES}/${name}`, { spec })) !== undefined) return;
  await api.ask("POST", LEASES, { metadata: { name }, spec });
}
