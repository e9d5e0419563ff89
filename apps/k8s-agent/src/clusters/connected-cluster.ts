import type { ClusterClient } from "@platz/kubernetes";

/** How the workloads of a cluster are followed. */
export interface Watch {
  readonly stop: AbortController;
  readonly running: Promise<void>;
  readonly begunMs: number;
  /** Something was missed for sure: it is begun anew at the next look. */
  isStale: boolean;
  /** What the cluster refused to show, and when that was. */
  refused?: { readonly reason: string; readonly atMs: number };
}

/** A cluster that tasks can run on. */
export interface Connected {
  readonly client: ClusterClient;
  watch: Watch;
  /** When it was last known to answer. */
  provenMs: number;
}
