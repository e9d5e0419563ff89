import { type ClusterId, type DeploymentId, NothingChanged } from "@platz/domain";
import type { ClusterClient } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import { after, backoff, done, KeyedQueue, type Outcome } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";
import { refreshCredentials } from "./refresh-credentials.ts";

export interface RefresherOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly intervalMs: number;
  /** Throws `NothingChanged` for a cluster that is not connected now. */
  cluster(id: ClusterId): ClusterClient;
  credentials(id: DeploymentId): Promise<Record<string, string>>;
}

/**
 * Refreshes the credentials of all deployments of each connected cluster: as soon as it is added, and then at each
 * interval for as long as it stays connected. Clusters do not wait for each other.
 */
export class CredentialsRefresher implements AsyncDisposable {
  readonly #options: RefresherOptions;
  readonly #queue: KeyedQueue<ClusterId>;

  constructor(options: RefresherOptions) {
    this.#options = options;
    this.#queue = new KeyedQueue(
      { name: "credentials", reconcile: (id, signal) => this.#refresh(id, signal) },
      {
        concurrency: 4,
        backoffMs: (failures) => backoff(failures, { firstMs: 1_000, maxMs: options.intervalMs }),
        onError: (cluster, error) =>
          options.log.error({ err: error, cluster }, "credentials could not be refreshed"),
      },
    );
  }

  /** A cluster has just been connected: what it holds may be about to expire. */
  add(id: ClusterId): void {
    this.#queue.add(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  async #refresh(clusterId: ClusterId, signal: AbortSignal): Promise<Outcome> {
    const client = this.#clientOf(clusterId);
    if (client === undefined) return done;
    const { db, log, credentials, intervalMs } = this.#options;
    await refreshCredentials({ db, log, clusterId, client, credentials }, signal);
    return after(intervalMs);
  }

  #clientOf(id: ClusterId): ClusterClient | undefined {
    try {
      return this.#options.cluster(id);
    } catch (error) {
      if (error instanceof NothingChanged) return undefined;
      throw error;
    }
  }
}
