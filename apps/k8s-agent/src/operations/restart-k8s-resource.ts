import { type K8sResource, NotFound, OperationFailed, PreconditionFailed } from "@platz/domain";
import { isNotFound, type RolloutKind, rolloutKinds } from "@platz/kubernetes";
import type { OperationRunner, RunContext } from "./operation-runner.ts";

/**
 * The annotation's value comes from the task, so that a repeat by another owner restarts nothing a second time. A pod
 * that an earlier run has asked to be deleted, and that is known no longer, has been restarted.
 */
export const restartK8sResource: OperationRunner<"RestartK8sResource"> = {
  steps: ["look", "restart", "follow"],
  async run({ resourceId, resourceName }, context) {
    await context.step("look");
    const resource = await context.resource(context.task.deploymentId, resourceId);
    if (resource === undefined && context.task.progress["deletes"] === resourceId)
      return deleted(resourceName);
    if (resource?.name !== resourceName) throw new NotFound(`resource ${resourceName} of this deployment`);
    if (resource.kind === "Pod") return await deletePod(resource, context);
    const kind = rolloutKinds.find((each) => each === resource.kind);
    if (kind === undefined) throw new PreconditionFailed(`A ${resource.kind} cannot be restarted.`);
    return await restart(kind, resourceName, context);
  },
};

const deleted = (pod: string) => ({ status: "Done", reason: `Pod ${pod} was deleted.` }) as const;

async function deletePod({ id, name }: Pick<K8sResource, "id" | "name">, context: RunContext) {
  const { home, task, signal, log } = context;
  await context.record({ deletes: id });
  await context.step("restart");
  await home.deletePod({ namespace: task.namespace, name, uid: id }, signal);
  log(`Pod ${name} is deleted; its controller makes another.`);
  return deleted(name);
}

async function restart(kind: RolloutKind, name: string, context: RunContext) {
  const { home, task, signal, log } = context;
  const workload = { kind, namespace: task.namespace, name };
  try {
    await context.step("restart");
    await home.restartWorkload({ ...workload, restartedAt: task.createdAt.toISOString() }, signal);
    await context.step("follow");
    const end = await home.followRollout(workload, {
      signal,
      onProgress: (message) => log(`${kind} ${name}: ${message}`),
    });
    if (end.state === "failed") throw new OperationFailed(`${kind} ${name}: ${end.message}.`);
    return { status: "Done", reason: `${kind} ${name}: ${end.message}.` } as const;
  } catch (error) {
    if (isNotFound(error)) throw new NotFound(`${kind} ${name} on the cluster`);
    throw error;
  }
}
