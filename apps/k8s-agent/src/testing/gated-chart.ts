import type { AgentWorld } from "./agent-world.ts";
import { kubeRequest } from "./kube-request.ts";

/** Templates with a hook that Helm waits for until the gate is opened: no node takes its pod before. */
export const gated = (gate: string) => ({
  "hook.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-hook
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  template:
    spec:
      restartPolicy: Never
      nodeSelector: { "platz.test/${gate}": "open" }
      containers: [{ name: wait, image: "example.invalid/wait" }]
`,
});

/** Opens a gate, by a label of a node, until disposed. */
export async function openGate(
  { connection }: Pick<AgentWorld, "connection">,
  gate: string,
): Promise<AsyncDisposable> {
  const nodes = await kubeRequest(connection, { method: "GET", path: "/api/v1/nodes" });
  const name = JSON.stringify(nodes).match(/"metadata":\{"name":"([^"]+)"/)?.[1] ?? "";
  const label = (value: string | null) =>
    kubeRequest(connection, {
      method: "PATCH",
      path: `/api/v1/nodes/${name}`,
      body: { metadata: { labels: { [`platz.test/${gate}`]: value } } },
    });
  await label("open");
  return { [Symbol.asyncDispose]: async () => void (await label(null)) };
}
