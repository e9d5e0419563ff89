import type { WorkloadSummary } from "@platz/kubernetes";

/**
 * Tells changes of what a workload should be from those of what it is, by its generation. Pods and Jobs are what others
 * make of it, and do not count.
 */
export class SpecChanges {
  readonly #generations = new Map<string, number>();

  /** Whether this workload is new, or should be something else than it was. */
  isNew({ uid, kind, metadata: { generation } }: WorkloadSummary): boolean {
    if (kind !== "Deployment" && kind !== "StatefulSet") return false;
    if (generation === null || this.#generations.get(uid) === generation) return false;
    this.#generations.set(uid, generation);
    return true;
  }

  /** Whether it was one that counts. */
  forget(uid: string): boolean {
    return this.#generations.delete(uid);
  }
}
