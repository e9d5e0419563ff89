import { OperationFailed } from "@platz/domain";
import type { ClusterClient } from "@platz/kubernetes";
import { failHelm } from "./helm-failure.ts";
import type { RunContext } from "./operation-runner.ts";
import { resumeHelm, runHelm } from "./run-helm.ts";

type Place = Pick<RunContext, "signal" | "log" | "task">;

/**
 * Makes sure that the deployment's namespace is there and its own. One that is being deleted is waited for; one that
 * belongs to somebody else is never touched.
 */
export async function ensureNamespace(cluster: ClusterClient, name: string, context: Place): Promise<void> {
  const { signal, log, task } = context;
  for (;;) {
    const found = await cluster.getNamespace(name, signal);
    if (found === null) {
      if (await cluster.createNamespace({ name, deploymentId: task.deploymentId }, signal)) return;
      continue;
    }
    if (found.phase === "Terminating") {
      log(`Namespace ${name} is still being deleted: waiting until it is gone.`);
      await cluster.waitNamespaceGone(name, signal);
      continue;
    }
    if (found.deploymentId === task.deploymentId) return;
    throw new OperationFailed(
      `The namespace ${name} exists on the cluster already and does not belong to this deployment: ` +
        "rename the deployment, or have the namespace removed.",
    );
  }
}

/**
 * Uninstalls the release, deletes the namespace and waits until it is gone; what is not ours is left alone. Says which
 * of them it was, in a sentence.
 */
export async function removeNamespace(
  cluster: ClusterClient,
  name: string,
  context: RunContext,
): Promise<string> {
  const { signal, log, task } = context;
  await context.step("look");
  const found = await cluster.getNamespace(name, signal);
  if (found === null) {
    log(`Namespace ${name} is gone already.`);
    return "The namespace is gone.";
  }
  if (found.deploymentId !== task.deploymentId) {
    log(`Namespace ${name} does not belong to this deployment: it is left as it is.`);
    return `The namespace ${name} does not belong to this deployment and was left as it is.`;
  }
  if (found.phase === "Active") {
    await context.step("uninstall");
    await uninstallRelease(cluster, name, context);
    await context.step("delete");
    await cluster.deleteNamespace(name, signal);
    log(`Namespace ${name} is being deleted.`);
  }
  await context.step("wait");
  await cluster.waitNamespaceGone(name, signal);
  log(`Namespace ${name} is gone.`);
  return "The namespace is gone.";
}

async function uninstallRelease(cluster: ClusterClient, name: string, context: RunContext): Promise<void> {
  const run = { cluster, confidential: [] };
  const result =
    (await resumeHelm(context, run)) ??
    (await runHelm(context, run, (kubeconfig) => ({
      command: "uninstall",
      release: name,
      namespace: name,
      kubeconfig,
      ignoreNotFound: true,
    })));
  if (result.failure !== undefined) failHelm(result, context.signal);
}
