import {
  deleteOtherResources,
  deleteResources,
  deploymentsOnCluster,
  type SeenResource,
  upsertResources,
} from "@platz/db/queries/k8s-resource-sync";
import { type ClusterId, DeploymentId, K8sResourceId } from "@platz/domain";
import type { ClusterHandlers, Namespace, WorkloadKind, WorkloadSummary } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";

export interface TrackerOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly clusterId: ClusterId;
  /** How long changes are gathered before they are written together, in ms. */
  readonly gatherMs?: number;
  onError(error: unknown): void;
}

/** Workloads whose namespace is not known yet: the two watches race by a moment. Older ones make room. */
const STRAYS_MAX = 2_000;

/**
 * Keeps the rows of a cluster's workloads as the cluster shows them. Changes are gathered and written together, only
 * when something shown has changed; what cannot be written now is written later. Rows that a (re)list does not show
 * are removed and counted: that number is flat when nothing is missed.
 */
export class WorkloadTracker implements ClusterHandlers {
  readonly #options: TrackerOptions;
  readonly #deploymentOf = new Map<string, DeploymentId>();
  readonly #strays = new Map<string, WorkloadSummary>();
  /** By uid: what to write, or `null` to delete. */
  #dirty = new Map<string, WorkloadSummary | null>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing = Promise.resolve();
  /** Rows that a resync had to remove. */
  corrections = 0;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  onNamespace({ name, deploymentId }: Namespace): void {
    const id = DeploymentId.safeParse(deploymentId).data;
    if (id === undefined) {
      this.#deploymentOf.delete(name);
      return;
    }
    this.#deploymentOf.set(name, id);
    for (const stray of this.#strays.values()) if (stray.namespace === name) this.onWorkload(stray);
  }

  onNamespaceDeleted({ name }: Namespace): void {
    this.#deploymentOf.delete(name);
  }

  onNamespacesSynced(): void {}

  onWorkload(workload: WorkloadSummary): void {
    this.#strays.delete(workload.uid);
    if (this.#deploymentOf.has(workload.namespace)) {
      this.#dirty.set(workload.uid, workload);
      this.#plan();
      return;
    }
    this.#strays.set(workload.uid, workload);
    for (const uid of this.#strays.keys()) {
      if (this.#strays.size <= STRAYS_MAX) break;
      this.#strays.delete(uid);
    }
  }

  onWorkloadDeleted({ uid }: WorkloadSummary): void {
    this.#strays.delete(uid);
    this.#dirty.set(uid, null);
    this.#plan();
  }

  onWorkloadsSynced(kind: WorkloadKind, present: ReadonlySet<string>): void {
    const { db, clusterId } = this.#options;
    this.#then(async () => {
      this.corrections += await deleteOtherResources(db, { clusterId, kind, present });
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

  #plan(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.gatherMs ?? 100);
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
      await upsertResources(
        db,
        seen.filter((row) => ours.has(row.deploymentId)),
      );
      await deleteResources(db, clusterId, gone);
    } catch (error) {
      // Not lost: what changed again meanwhile is newer.
      for (const [uid, workload] of batch) if (!this.#dirty.has(uid)) this.#dirty.set(uid, workload);
      setTimeout(() => this.#plan(), 2_000);
      throw error;
    }
  }

  #row(workload: WorkloadSummary): SeenResource[] {
    const deploymentId = this.#deploymentOf.get(workload.namespace);
    if (deploymentId === undefined) return [];
    const { uid, kind, apiVersion, name, statusColor, metadata } = workload;
    return [
      {
        id: K8sResourceId.parse(uid),
        clusterId: this.#options.clusterId,
        deploymentId,
        kind,
        apiVersion,
        name,
        statusColor: [...statusColor],
        metadata: { ...metadata, labels: { ...metadata.labels }, annotations: { ...metadata.annotations } },
      },
    ];
  }
}
