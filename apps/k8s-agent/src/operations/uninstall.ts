import { removeNamespace } from "./namespace.ts";
import type { OperationRunner } from "./operation-runner.ts";

export const uninstall: OperationRunner<"Uninstall"> = {
  steps: ["look", "uninstall", "delete", "wait", "identity"],
  async run(_, context) {
    const { home, clusterId, task, signal } = context;
    const place = { cluster: home, clusterId, namespace: task.namespace };
    const reason = await removeNamespace(place, context);
    await context.step("identity");
    await context.identities.remove(home, task.deploymentId, signal);
    return { status: "Done", reason, revisionId: null, isGone: true };
  },
};
