import { flagLostClusters, listUnheldClusters, setClusterNotOk } from "@platz/db/queries/k8s-cluster-agent";
import type { ClusterId } from "@platz/domain";
import { noteSeenCluster, type ServiceDatabase } from "@platz/services";
import type { EngineLog } from "../engine/task-run.ts";
import type {
  BlindSpot,
  ClusterProvider,
  DiscoveredCluster,
  Discovery,
} from "../providers/cluster-provider.ts";
import { saidOf } from "../providers/said-of.ts";

export interface KnownClustersOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly provider: ClusterProvider;
  /** How often the provider is asked, in ms. */
  readonly refreshMs: number;
  /** The same, while a part of the world cannot be looked at. */
  readonly blindRefreshMs: number;
}

/**
 * The clusters that the provider has named. One that it names no more is forgotten, unless it is in a part of the world
 * that the provider could not look at.
 */
export class KnownClusters {
  readonly #options: KnownClustersOptions;
  readonly #known = new Map<ClusterId, DiscoveredCluster>();
  #blindSpots: readonly BlindSpot[] = [];

  constructor(options: KnownClustersOptions) {
    this.#options = options;
  }

  get(id: ClusterId): DiscoveredCluster | undefined {
    return this.#known.get(id);
  }

  has(id: ClusterId): boolean {
    return this.#known.has(id);
  }

  ids(): ClusterId[] {
    return [...this.#known.keys()];
  }

  /** Parts of the world that could not be looked at the last time. */
  get blindSpots(): number {
    return this.#blindSpots.length;
  }

  /** Asks the provider. Gives what it has named, what it names no more, and when to ask again. */
  async refresh(
    signal: AbortSignal,
  ): Promise<{ found: ClusterId[]; vanished: ClusterId[]; againMs: number }> {
    const { provider, db, log, refreshMs, blindRefreshMs } = this.#options;
    const { clusters, blindSpots } = await this.#discover(signal);
    const found = new Set<ClusterId>();
    for (const cluster of clusters) {
      const id = await noteSeenCluster(db, cluster);
      if (!this.#known.has(id)) log.info({ cluster: cluster.name, provider: provider.name }, "cluster found");
      found.add(id);
      this.#known.set(id, cluster);
    }
    const vanished = [...this.#known]
      .filter(([id, cluster]) => !found.has(id) && !blindSpots.some((spot) => spot.covers(cluster)))
      .map(([id]) => id);
    for (const id of vanished) this.#known.delete(id);
    await this.#noteBlindSpots(blindSpots);
    // What vanished while no agent ran that knew it.
    const reason = "No agent finds this cluster any more.";
    await flagLostClusters(db, { unseenMs: refreshMs * 2, reason });
    const againMs = blindSpots.length === 0 ? refreshMs : Math.min(refreshMs, blindRefreshMs);
    return { found: [...found], vanished, againMs };
  }

  /** A provider that finds out nothing is told of its clusters that nobody is connected to. */
  async #discover(signal: AbortSignal): Promise<Discovery> {
    const { provider, db, blindRefreshMs } = this.#options;
    try {
      return await provider.discover(signal);
    } catch (error) {
      const said = saidOf(error) ?? "an unexpected error.";
      const reason = `Nothing is known of the clusters of the provider ${provider.name}: ${said}`;
      for (const { id, providerId } of await listUnheldClusters(db)) {
        if (!provider.owns(providerId) || this.#known.has(id)) continue;
        await setClusterNotOk(db, id, { reason, nextTryMs: blindRefreshMs });
      }
      throw error;
    }
  }

  /** Says what could not be looked at, once, and says it of the clusters there that nobody is connected to. */
  async #noteBlindSpots(blindSpots: readonly BlindSpot[]): Promise<void> {
    const { db, log, blindRefreshMs } = this.#options;
    const before = new Set(this.#blindSpots.map(wordsOf));
    this.#blindSpots = blindSpots;
    if (blindSpots.length === 0) return;
    for (const spot of blindSpots) {
      if (before.has(wordsOf(spot))) continue;
      log.warn({ part: spot.part, reason: spot.reason }, "clusters could not be looked for everywhere");
    }
    for (const { id, providerId } of await listUnheldClusters(db)) {
      const spot = blindSpots.find((each) => each.covers({ providerId }));
      if (spot === undefined || this.#known.has(id)) continue;
      await setClusterNotOk(db, id, { reason: wordsOf(spot), nextTryMs: blindRefreshMs });
    }
  }
}

const wordsOf = ({ part, reason }: BlindSpot) => `Of ${part} nothing is known: ${reason}`;
