import { z } from "zod";
import { isConflict, isNotFound } from "./kubernetes-error.ts";
import { resourcePath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";
import { watchUntil } from "./watch-until.ts";

/** The kinds whose pods can be replaced by a rollout. */
export const rolloutKinds = ["Deployment", "StatefulSet"] as const;
export type RolloutKind = (typeof rolloutKinds)[number];

export interface Workload {
  readonly kind: RolloutKind;
  readonly namespace: string;
  readonly name: string;
}

const collections: Readonly<Record<RolloutKind, string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
};

const collectionPath = ({ kind, namespace }: Workload) =>
  resourcePath({ api: "apis/apps/v1", namespace, collection: collections[kind] });
const pathOf = ({ kind, namespace, name }: Workload) =>
  resourcePath({ api: "apis/apps/v1", namespace, collection: collections[kind], name });

const RESTARTED_AT = "kube.kubernetes.io/restartedAt";

/** A workload as it is, or `null` when there is none. */
export async function getWorkload(
  transport: Transport,
  workload: Workload,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    return await transport.json(z.looseObject({}), { path: pathOf(workload), signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/**
 * Asks for a restart by setting an annotation of the pod template (workers spec 3.12). The same value asked for twice
 * changes nothing the second time.
 */
export async function restartWorkload(
  transport: Transport,
  workload: Workload & { readonly restartedAt: string },
  signal?: AbortSignal,
): Promise<void> {
  await transport.send({
    method: "PATCH",
    path: `${pathOf(workload)}?fieldManager=platz`,
    contentType: "application/merge-patch+json",
    body: { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: workload.restartedAt } } } } },
    signal,
  });
}

const count = z.int().nonnegative().default(0);
const Rollout = z.object({
  metadata: z.object({ generation: count }),
  spec: z.object({
    replicas: z.int().nonnegative().default(1),
    paused: z.boolean().default(false),
    updateStrategy: z
      .object({
        type: z.string().default("RollingUpdate"),
        rollingUpdate: z.object({ partition: count }).optional(),
      })
      .prefault({}),
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      currentRevision: z.string().optional(),
      updateRevision: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), reason: z.string().optional() })).default([]),
    })
    .prefault({}),
});
type Rollout = z.output<typeof Rollout>;

/** Where a rollout is: `done`, given up by Kubernetes, or still on its way, with a sentence for a person. */
export interface RolloutProgress {
  readonly state: "progressing" | "done" | "failed";
  readonly message: string;
}

/** Follows a rollout to its end. Throws the signal's reason when that ends first, and 404 when the workload is gone. */
export async function followRollout(
  transport: Transport,
  workload: Workload,
  options: { readonly signal: AbortSignal; onProgress?(message: string): void },
): Promise<RolloutProgress> {
  let last: RolloutProgress = { state: "progressing", message: "" };
  await watchUntil({
    transport,
    path: collectionPath(workload),
    name: workload.name,
    signal: options.signal,
    look: async () => {
      const seen = await transport.json(Rollout, { path: pathOf(workload), signal: options.signal });
      const now = progressOf(workload.kind, seen);
      if (now.message !== last.message) options.onProgress?.(now.message);
      last = now;
      return now.state !== "progressing";
    },
  });
  return last;
}

/** The rules of `kubectl rollout status`. */
export function progressOf(kind: RolloutKind, { metadata, spec, status }: Rollout): RolloutProgress {
  const wanted = spec.replicas;
  if (status.observedGeneration < metadata.generation)
    return on("waiting for the controller to see the change");
  const hindrance = hindranceOf(kind, spec);
  if (hindrance !== undefined) return { state: "failed", message: hindrance };
  if (status.conditions.some(({ reason }) => reason === "ProgressDeadlineExceeded")) {
    return { state: "failed", message: "the rollout made no progress within its deadline" };
  }
  if (status.updatedReplicas < wanted) return on(`${status.updatedReplicas} of ${wanted} pods are new`);
  if (kind === "Deployment" && status.replicas > status.updatedReplicas) {
    return on(`${status.replicas - status.updatedReplicas} old pods are being stopped`);
  }
  const ready = kind === "Deployment" ? status.availableReplicas : status.readyReplicas;
  if (ready < wanted) return on(`${ready} of ${wanted} new pods are ready`);
  if (kind === "StatefulSet" && status.currentRevision !== status.updateRevision) {
    return on("waiting for the last pod to be counted");
  }
  return { state: "done", message: `all ${wanted} pods are new and ready` };
}

/** Why this rollout would be waited for in vain. */
function hindranceOf(kind: RolloutKind, { paused, updateStrategy }: Rollout["spec"]): string | undefined {
  if (kind === "Deployment") return paused ? "its rollouts are paused" : undefined;
  if (updateStrategy.type === "OnDelete") return "its pods are replaced only when somebody deletes them";
  return (updateStrategy.rollingUpdate?.partition ?? 0) > 0
    ? "its rollouts are held back by a partition"
    : undefined;
}

const on = (message: string): RolloutProgress => ({ state: "progressing", message });

/** One pod, and no other that has its name after it. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Deletes a pod, whose controller then makes another; one that is not there any more is as good as deleted. */
export async function deletePod(
  transport: Transport,
  { namespace, name, uid }: PodRef,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const path = resourcePath({ api: "api/v1", namespace, collection: "pods", name });
    const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
    await transport.send({ method: "DELETE", path, body, signal });
  } catch (error) {
    // A conflict says that another pod has the name by now.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
