import { type ClusterId, NothingChanged } from "@platz/domain";
import type { ClusterClient } from "@platz/kubernetes";
import { after, backoff, done, KeyedQueue } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";

export interface RoundsOptions {
  readonly name: string;
  readonly log: EngineLog;
  /** The line of the log for a round that failed; the cluster stands beside it. */
  readonly failure: string;
  /** How long a cluster whose rounds fail waits for the next one, at most. */
  readonly backoffMaxMs: number;
  /** Throws `NothingChanged` for a cluster that is not connected now. */
  cluster(id: ClusterId): ClusterClient;
  /** Does the work on one cluster, and says after how many milliseconds it is to be done again. */
  round(of: ClusterRound): Promise<number>;
}

/** One round over a connected cluster. */
export interface ClusterRound {
  readonly clusterId: ClusterId;
  readonly client: ClusterClient;
  readonly signal: AbortSignal;
}

const CLUSTERS_AT_ONCE = 4;

/**
 * Work that each connected cluster needs now and then: as soon as it is added, and again for as long as it stays connected.
 * Clusters do not wait for each other.
 */
export class ClusterRounds implements AsyncDisposable {
  readonly #queue: KeyedQueue<ClusterId>;

  constructor({ name, log, failure, backoffMaxMs, cluster, round }: RoundsOptions) {
    this.#queue = new KeyedQueue(
      {
        name,
        async reconcile(clusterId, signal) {
          const client = connectedClient(cluster, clusterId);
          return client === undefined ? done : after(await round({ clusterId, client, signal }));
        },
      },
      {
        concurrency: CLUSTERS_AT_ONCE,
        backoffMs: (failures) => backoff(failures, { firstMs: 1_000, maxMs: backoffMaxMs }),
        onError: (id, error) => log.error({ err: error, cluster: id }, failure),
      },
    );
  }

  /** A cluster has just been connected, or there is another reason not to wait for its next round. */
  add(id: ClusterId): void {
    this.#queue.add(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }
}

function connectedClient(cluster: RoundsOptions["cluster"], id: ClusterId): ClusterClient | undefined {
  try {
    return cluster(id);
  } catch (error) {
    if (error instanceof NothingChanged) return undefined;
    throw error;
  }
}
