import { removeNamespace } from "./namespace.ts";
import type { OperationRunner } from "./operation-runner.ts";

export const uninstall: OperationRunner<"Uninstall"> = {
  steps: ["look", "uninstall", "delete", "wait"],
  async run(_, context) {
    const reason = await removeNamespace(context.home, context.task.namespace, context);
    return { status: "Done", reason, revisionId: null, isGone: true };
  },
};
