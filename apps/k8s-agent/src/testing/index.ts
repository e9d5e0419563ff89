export { type AgentWorld, createAgentWorld, until } from "./agent-world.ts";
export { deploymentManifest, kubeRequest } from "./kube-request.ts";
export { tcpProxy } from "./tcp-proxy.ts";
