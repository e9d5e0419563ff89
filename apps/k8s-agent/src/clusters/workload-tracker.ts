import { isUnavailable } from "@platz/db";
import {
  deleteOtherResources,
  deleteResources,
  deploymentsOnCluster,
  type SeenResource,
  upsertResources,
} from "@platz/db/queries/k8s-resource-sync";
import { type ClusterId, DeploymentId, K8sResourceId } from "@platz/domain";
import {
  type ClusterHandlers,
  type Namespace,
  type WorkloadKind,
  type WorkloadSummary,
  workloadKinds,
} from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";
import { SpecChanges } from "./spec-changes.ts";

export interface TrackerOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly clusterId: ClusterId;
  /** How long changes are gathered before they are written together, in ms. */
  readonly gatherMs?: number;
  /** How long to wait before what could not be written is tried again, in ms. */
  readonly retryMs?: number;
  onError(error: unknown): void;
  /** A workload of the deployment was made, changed or deleted, or a revision of its release. */
  onDeploymentTouched?(id: DeploymentId): void;
  /** Whose a namespace is has changed, so that what was shown of it before has to be looked at again. */
  onOwnerChanged?(): void;
}

/** Workloads whose namespace is not known yet: the two watches race by a moment. Older ones make room. */
const STRAYS_MAX = 2_000;

/**
 * Keeps the rows of a cluster's workloads as the cluster shows them. Changes are gathered and written together, only
 * when something shown has changed; what cannot be written now is written later, and a row that can never be written
 * holds up no other. Rows that a (re)list does not show, or that are not their deployment's any more, are removed.
 */
export class WorkloadTracker implements ClusterHandlers {
  readonly #options: TrackerOptions;
  readonly #owners = new Map<string, { readonly uid: string; readonly deploymentId: DeploymentId }>();
  readonly #strays = new Map<string, WorkloadSummary>();
  readonly #listed = new Set<WorkloadKind>();
  readonly #specs = new SpecChanges();
  readonly #complete = Promise.withResolvers<void>();
  /** By uid: what to write, or `null` to delete. */
  #dirty = new Map<string, WorkloadSummary | null>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing = Promise.resolve();
  #isClosed = false;
  /** Rows written or removed until everything had been listed once: for a resync, what it had to correct. */
  corrections = 0;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  /** Everything has been listed once, and written. */
  get complete(): Promise<void> {
    return this.#complete.promise;
  }

  onNamespace({ name, uid, deploymentId }: Namespace): void {
    const id = DeploymentId.safeParse(deploymentId).data;
    const before = this.#owners.get(name)?.deploymentId;
    if (id === undefined) this.#owners.delete(name);
    else this.#owners.set(name, { uid, deploymentId: id });
    if (before !== undefined && before !== id) this.#options.onOwnerChanged?.();
    if (id === undefined) return;
    for (const stray of this.#strays.values()) if (stray.namespace === name) this.onWorkload(stray);
  }

  onNamespaceDeleted({ name, phase }: Namespace): void {
    const wasOwned = this.#owners.delete(name);
    // One that is not being deleted has only lost its label: its workloads live on, and nothing more is told of them.
    if (wasOwned && phase !== "Terminating") this.#options.onOwnerChanged?.();
  }

  onNamespacesSynced(uids: ReadonlySet<string>): void {
    for (const [name, { uid }] of this.#owners) if (!uids.has(uid)) this.#owners.delete(name);
  }

  onWorkload(workload: WorkloadSummary): void {
    this.#strays.delete(workload.uid);
    const owner = this.#owners.get(workload.namespace);
    if (owner !== undefined) {
      this.#dirty.set(workload.uid, workload);
      if (this.#specs.isNew(workload)) this.#options.onDeploymentTouched?.(owner.deploymentId);
      this.#plan();
      return;
    }
    this.#strays.set(workload.uid, workload);
    for (const uid of this.#strays.keys()) {
      if (this.#strays.size <= STRAYS_MAX) break;
      this.#strays.delete(uid);
    }
  }

  onReleaseRecord({ namespace }: { readonly namespace: string }): void {
    const owner = this.#owners.get(namespace);
    if (owner !== undefined) this.#options.onDeploymentTouched?.(owner.deploymentId);
  }

  onWorkloadDeleted({ uid, namespace }: WorkloadSummary): void {
    const owner = this.#owners.get(namespace);
    if (this.#specs.forget(uid) && owner !== undefined)
      this.#options.onDeploymentTouched?.(owner.deploymentId);
    this.#strays.delete(uid);
    this.#dirty.set(uid, null);
    this.#plan();
  }

  onWorkloadsSynced(kind: WorkloadKind, present: ReadonlySet<string>): void {
    const { db, clusterId } = this.#options;
    void this.flush();
    this.#then(async () => {
      const removed = await deleteOtherResources(db, {
        clusterId,
        kind,
        keep: ({ id, namespace, deploymentId }) =>
          present.has(id) && this.#owners.get(namespace ?? "")?.deploymentId === deploymentId,
      });
      if (!this.#isComplete) this.corrections += removed;
      this.#listed.add(kind);
      if (this.#isComplete) this.#complete.resolve();
    });
  }

  onProblem(message: string): void {
    this.#options.log.warn({ cluster: this.#options.clusterId }, message);
  }

  onError(error: unknown): void {
    this.#options.onError(error);
  }

  /** Writes what has been gathered so far. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dirty.size > 0) {
      const batch = this.#dirty;
      this.#dirty = new Map();
      this.#then(() => this.#write(batch));
    }
    return this.#writing;
  }

  /** Writes what has been gathered, once, and nothing more from then on. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.flush();
  }

  get #isComplete(): boolean {
    return this.#listed.size === workloadKinds.length;
  }

  #plan(ms = this.#options.gatherMs ?? 100): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush(), ms);
  }

  #then(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error) => {
      this.#options.log.error({ err: error }, "workloads of a cluster could not be written yet");
    });
  }

  async #write(batch: ReadonlyMap<string, WorkloadSummary | null>): Promise<void> {
    const { db, clusterId } = this.#options;
    try {
      const seen = [...batch.values()].flatMap((workload) => (workload === null ? [] : this.#row(workload)));
      const gone = [...batch].flatMap(([uid, workload]) =>
        workload === null ? [K8sResourceId.parse(uid)] : [],
      );
      const ours = await deploymentsOnCluster(db, clusterId, [
        ...new Set(seen.map((row) => row.deploymentId)),
      ]);
      const written = await this.#upsert(seen.filter((row) => ours.has(row.deploymentId)));
      if (!this.#isComplete) this.corrections += written;
      await deleteResources(db, clusterId, gone);
    } catch (error) {
      // Not lost: what changed again meanwhile is newer.
      for (const [uid, workload] of batch) if (!this.#dirty.has(uid)) this.#dirty.set(uid, workload);
      this.#plan(this.#options.retryMs ?? 2_000);
      throw error;
    }
  }

  /** Writes all together; where that fails for what a row holds, each alone, so that a bad one is the only one missed. */
  async #upsert(rows: readonly SeenResource[]): Promise<number> {
    const { db, log, clusterId } = this.#options;
    try {
      return await upsertResources(db, rows);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const [row, ...others] = rows;
      if (row === undefined || others.length > 0) {
        let written = 0;
        for (const each of rows) written += await this.#upsert([each]);
        return written;
      }
      const { kind, name } = row;
      log.warn({ err: error, cluster: clusterId, kind, name }, "a workload cannot be shown");
      return 0;
    }
  }

  #row(workload: WorkloadSummary): SeenResource[] {
    const owner = this.#owners.get(workload.namespace);
    if (owner === undefined) return [];
    const { uid, kind, apiVersion, name, statusColor, metadata } = workload;
    return [
      {
        id: K8sResourceId.parse(uid),
        clusterId: this.#options.clusterId,
        deploymentId: owner.deploymentId,
        kind,
        apiVersion,
        name,
        statusColor: [...statusColor],
        metadata: { ...metadata, labels: { ...metadata.labels }, annotations: { ...metadata.annotations } },
      },
    ];
  }
}
