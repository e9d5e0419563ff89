export { type AgentWorld, createAgentWorld, until } from "./agent-world.ts";
export { arnOf } from "./aws/answers.ts";
export { startAwsStub } from "./aws/aws-stub.ts";
export { deploymentManifest, kubeRequest } from "./kube-request.ts";
