import { ensureNamespace, removeNamespace } from "./namespace.ts";
import type { OperationRunner } from "./operation-runner.ts";

/** Leaves the old place for good before the new one is made; the Upgrade that follows fills it. */
export const recreate: OperationRunner<"Recreate"> = {
  steps: ["look", "uninstall", "delete", "wait", "create"],
  async run({ oldClusterId, oldNamespace, newClusterId, newNamespace }, context) {
    if (context.task.progress["left"] !== true) {
      const old = await context.reach(oldClusterId, context.signal);
      const place = { cluster: old, clusterId: oldClusterId, namespace: oldNamespace };
      await removeNamespace(place, context);
      if (oldClusterId !== newClusterId)
        await context.identities.remove(old, context.task.deploymentId, context.signal);
      await context.record({ left: true });
    }
    await context.step("create");
    const home = await context.reach(newClusterId, context.signal);
    const { podSecurity } = await context.grant(context.deployment, newClusterId);
    await ensureNamespace(home, { name: newNamespace, podSecurity }, context);
    context.log(`Namespace ${newNamespace} is there.`);
    return { status: "Done", reason: `${oldNamespace} has become ${newNamespace}.`, revisionId: null };
  },
};
