import { type ClusterId, OperationFailed } from "@platz/domain";
import type { ClusterClient, Namespace, NamespacePodSecurity } from "@platz/kubernetes";
import { helmAccess } from "./helm-access.ts";
import { failHelm } from "./helm-failure.ts";
import type { RunContext } from "./operation-runner.ts";
import { removeOutside } from "./outside-objects.ts";
import { resumeHelm, runHelm } from "./run-helm.ts";

type Place = Pick<RunContext, "signal" | "log" | "task" | "identities">;

export interface WantedNamespace {
  readonly name: string;
  /** Which pods it refuses. */
  readonly podSecurity: NamespacePodSecurity;
}

/**
 * Makes sure that the deployment's namespace is there and its own, and refuses the pods that it is to refuse. One that
 * is being deleted is waited for; one that belongs to somebody else is never touched.
 */
export async function ensureNamespace(
  cluster: ClusterClient,
  { name, podSecurity }: WantedNamespace,
  context: Place,
): Promise<void> {
  const { signal, log, task, identities } = context;
  const { deploymentId } = task;
  for (;;) {
    const found = await cluster.getNamespace(name, signal);
    if (found === null) {
      // What was bound in a namespace of that name is gone with it.
      await identities.forgetNamespace(cluster, { deploymentId, namespace: name });
      if (await cluster.createNamespace({ name, deploymentId, podSecurity }, signal)) return;
      continue;
    }
    if (found.phase === "Terminating") {
      log(`Namespace ${name} is still being deleted: waiting until it is gone.`);
      await cluster.waitNamespaceGone(name, signal);
      continue;
    }
    if (found.deploymentId === deploymentId) {
      await ensurePodSecurity(cluster, { name, podSecurity }, { found, signal });
      return;
    }
    throw new OperationFailed(
      `The namespace ${name} exists on the cluster already and does not belong to this deployment: ` +
        "rename the deployment, or have the namespace removed.",
    );
  }
}

/** Changes what a namespace refuses only where it is not as it should be. */
export async function ensurePodSecurity(
  cluster: ClusterClient,
  { name, podSecurity: { enforce, warn } }: WantedNamespace,
  { found, signal }: { readonly found: Namespace; readonly signal: AbortSignal },
): Promise<void> {
  if (found.podSecurity.enforce === enforce && found.podSecurity.warn === warn) return;
  await cluster.setPodSecurity({ name, enforce, warn }, signal);
}

/** A namespace, and where it is. */
export interface OldPlace {
  readonly cluster: ClusterClient;
  readonly clusterId: ClusterId;
  readonly namespace: string;
}

/**
 * Uninstalls the release, deletes the namespace and waits until it is gone; what is not ours is left alone. Says which
 * of them it was, in a sentence.
 */
export async function removeNamespace(place: OldPlace, context: RunContext): Promise<string> {
  const { signal, log, task } = context;
  const { cluster, namespace: name } = place;
  await context.step("look");
  const found = await cluster.getNamespace(name, signal);
  if (found === null) {
    log(`Namespace ${name} is gone already.`);
    return goneSentence(await removeOutside(place, context));
  }
  if (found.deploymentId !== task.deploymentId) {
    log(`Namespace ${name} does not belong to this deployment: it is left as it is.`);
    return `The namespace ${name} does not belong to this deployment and was left as it is.`;
  }
  if (found.phase === "Active") {
    await context.step("uninstall");
    await uninstallRelease(place, context);
    await context.step("delete");
    await cluster.deleteNamespace(name, signal);
    log(`Namespace ${name} is being deleted.`);
  }
  await context.step("wait");
  await cluster.waitNamespaceGone(name, signal);
  log(`Namespace ${name} is gone.`);
  return goneSentence(await removeOutside(place, context));
}

function goneSentence(left: readonly string[]): string {
  if (left.length === 0) return "The namespace is gone.";
  return `The namespace is gone. Outside of it there is still ${left.join(", ")}, which the account of the deployment may not delete: grant its kind what it takes, or have it removed by hand.`;
}

/** As Helm says that it could not delete objects of a release; not which, and not why. */
const undeleted = /^(failed to delete release: |uninstallation completed with )/;

async function uninstallRelease(place: OldPlace, context: RunContext): Promise<void> {
  const { cluster, clusterId, namespace: name } = place;
  const { task, deployment, signal } = context;
  const grant = await context.grant(deployment, clusterId);
  await context.identities.ensure(
    cluster,
    { deploymentId: task.deploymentId, namespace: name },
    { grant, signal },
  );
  const result =
    (await resumeHelm(context, [])) ??
    (await runHelm(
      context,
      { access: await helmAccess(context, cluster), confidential: [] },
      (kubeconfig) => ({
        command: "uninstall",
        release: name,
        namespace: name,
        kubeconfig,
        ignoreNotFound: true,
      }),
    ));
  if (result.failure === undefined) return;
  const isUndeleted = !result.cancelled && undeleted.test(result.failure);
  if (!isUndeleted || (await context.outside(task.deploymentId)).length === 0) {
    failHelm(result, context.signal);
  }
  context.log(
    "Helm may not delete all that the release has outside of its namespace: what stays is told at the end.",
  );
}
