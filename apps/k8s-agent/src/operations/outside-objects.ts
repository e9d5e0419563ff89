import { type EffectiveGrant, type OutsideObject, outsideObjects } from "@platz/domain";
import { deleteObject, describeKubernetesError } from "@platz/kubernetes";
import { releaseAsChart } from "../release-as-chart.ts";
import { helmAccess } from "./helm-access.ts";
import type { OldPlace } from "./namespace.ts";
import { newestRecord } from "./observe-release.ts";
import type { RunContext } from "./operation-runner.ts";
import { documentsOf } from "./render-objects.ts";

/**
 * Notes what the newest revision has outside of its namespace, as Helm has recorded it: it is to go with the deployment,
 * also when the namespace and Helm's record with it have gone before. Without a grant there can be none.
 */
export async function recordOutside(context: RunContext, { clusterRoles }: EffectiveGrant): Promise<void> {
  if (clusterRoles.length === 0) return;
  const { home, task, signal } = context;
  const newest = await newestRecord(context);
  if (newest === undefined) return;
  const manifest = await home.releaseManifest(
    { namespace: task.namespace, secretName: newest.secretName },
    signal,
  );
  const chart = releaseAsChart({ namespace: task.namespace, secretName: newest.secretName });
  const documents = await documentsOf(manifest, chart, context.computer);
  const outside = outsideObjects(documents ?? [], { namespace: task.namespace });
  await context.record({ outside });
}

/**
 * Removes what the deployment has outside of its namespace, as its account. Gives what could not be removed, in words:
 * who took a grant back may have to remove it by hand.
 */
export async function removeOutside(
  { cluster, clusterId, namespace: release }: OldPlace,
  context: RunContext,
): Promise<string[]> {
  const { task, signal, log, deployment, identities } = context;
  const objects = await context.outside(task.deploymentId);
  if (objects.length === 0) return [];
  const grant = await context.grant(deployment, clusterId);
  await identities.ensure(cluster, { deploymentId: task.deploymentId, namespace: null }, { grant, signal });
  const { connection } = await helmAccess(context, cluster);
  const left: string[] = [];
  for (const object of objects) {
    try {
      if (await deleteObject(connection, { ...object, release }, signal))
        log(`${nameOf(object)} is deleted.`);
    } catch (error) {
      signal.throwIfAborted();
      log(`${nameOf(object)} could not be deleted: ${describeKubernetesError(error)}`);
      left.push(nameOf(object));
    }
  }
  return left;
}

const nameOf = ({ kind, name, namespace }: OutsideObject) =>
  `${kind} ${name}${namespace === null ? "" : ` in the namespace ${namespace}`}`;
