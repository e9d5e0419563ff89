import {
  announceCandidate,
  findClusterStanding,
  withdrawCandidate,
} from "@platz/db/queries/cluster-candidates";
import {
  dropClusterLease,
  handOverClusterLease,
  holdClusterLease,
} from "@platz/db/queries/k8s-cluster-agent";
import type { ClusterId } from "@platz/domain";
import type { ServiceDatabase } from "@platz/services";
import { every } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";
import { rendezvousWinner } from "./rendezvous.ts";

export interface ClusterLeasesOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  /** Name of this agent, unique among all that are alive. */
  readonly owner: string;
  /** For how long a cluster is held, and an agent taken to be alive, without renewal; renewed three times in that time. */
  readonly leaseMs: number;
  /** The clusters that this agent could hold. */
  readonly clusters: () => readonly ClusterId[];
}

/** Whether a cluster is this agent's; if not, when that may have changed at the latest, in ms. */
export type Holding =
  | { readonly is: "ignored" | "held" }
  | { readonly is: "elsewhere"; readonly lookMs: number };

/** So that whoever looks when a lease is to be over finds that it is. */
const CLOCK_GRAIN_MS = 20;

/**
 * Which clusters are this agent's. Agents say which clusters they could hold; of those that are alive and reach it, the
 * rendezvous winner is to hold it, for as long as it renews. The lease makes sure that two never do, whatever they
 * believe of one another; an owner that is no longer the winner passes it on.
 */
export class ClusterLeases implements AsyncDisposable {
  readonly #options: ClusterLeasesOptions;
  readonly #unreached = new Set<ClusterId>();
  readonly #heartbeat: Disposable;

  constructor(options: ClusterLeasesOptions) {
    this.#options = options;
    const { log, leaseMs, clusters } = options;
    this.#heartbeat = every(
      leaseMs / 3,
      () => this.announce(clusters()),
      (error) => log.warn({ err: error }, "this agent could not say that it is alive"),
    );
  }

  /** Says that this agent could hold these clusters. */
  async announce(clusters: readonly ClusterId[]): Promise<void> {
    const { db, owner: agent, leaseMs } = this.#options;
    const unreached = [...this.#unreached];
    await announceCandidate(db, { agent, leaseMs, clusterIds: clusters, unreached });
  }

  /** Holds a cluster that is to be this agent's, passes on one that is not. */
  async settle(id: ClusterId, letGo: () => Promise<void>): Promise<Holding> {
    const { db, owner, leaseMs } = this.#options;
    const standing = await findClusterStanding(db, id, owner);
    if (standing === undefined || standing.ignored) return { is: "ignored" };
    const winner = this.#winner(id, standing.candidates);
    if (winner === owner && (await holdClusterLease(db, { id, owner, leaseMs }))) return { is: "held" };
    // Nothing of it may be done here any more when another one begins.
    await letGo();
    if (winner !== owner) await handOverClusterLease(db, { id, owner, leaseMs, to: winner });
    const settledInMs = standing.settledInMs ?? Number.POSITIVE_INFINITY;
    return { is: "elsewhere", lookMs: Math.min(leaseMs / 3, settledInMs + CLOCK_GRAIN_MS) };
  }

  /** Gives up a cluster, for whoever comes. */
  async drop(id: ClusterId): Promise<void> {
    await dropClusterLease(this.#options.db, id, this.#options.owner);
  }

  /** Gives up a cluster that this agent could not hold again. */
  async withdraw(id: ClusterId): Promise<void> {
    this.#unreached.delete(id);
    await withdrawCandidate(this.#options.db, this.#options.owner, id);
    await this.drop(id);
  }

  /** Whether the cluster answers: others that reach it come first. */
  async noteReach(clusterId: ClusterId, reaches: boolean): Promise<void> {
    if (reaches === !this.#unreached.has(clusterId)) return;
    if (reaches) this.#unreached.delete(clusterId);
    else this.#unreached.add(clusterId);
    await this.announce([clusterId]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#heartbeat[Symbol.dispose]();
    const { db, owner, clusters } = this.#options;
    await Promise.allSettled([withdrawCandidate(db, owner)]);
    await Promise.allSettled(clusters().map((id) => this.drop(id)));
  }

  #winner(
    id: ClusterId,
    candidates: readonly { readonly agent: string; readonly reaches: boolean }[],
  ): string {
    const { owner } = this.#options;
    const reaching = candidates.filter(({ reaches }) => reaches).map(({ agent }) => agent);
    const all = [owner, ...candidates.map(({ agent }) => agent)];
    return rendezvousWinner(id, reaching.length > 0 ? reaching : all) ?? owner;
  }
}
