import { setClusterNotOk, setClusterOk } from "@platz/db/queries/k8s-cluster-agent";
import { type ClusterId, NothingChanged } from "@platz/domain";
import { type ClusterClient, describeKubernetesError, isUnauthorized, openCluster } from "@platz/kubernetes";
import { after, backoff, done, KeyedQueue, type Outcome } from "@platz/worker";
import type { DiscoveredCluster } from "../providers/cluster-provider.ts";
import { saidOf } from "../providers/said-of.ts";
import { ClusterLeases } from "./cluster-leases.ts";
import type { Connected, Watch } from "./connected-cluster.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { KnownClusters } from "./known-clusters.ts";
import { MissingRights } from "./missing-rights.ts";
import { Troubles } from "./troubles.ts";
import { WorkloadTracker } from "./workload-tracker.ts";

const RESYNC_MS = 30 * 60_000;
const PROOF_MS = 60_000;
/** A refused watch is begun again every half minute at least; one that was not refused for so long is allowed. */
const REFUSAL_MS = 90_000;

/**
 * The clusters of this agent: found by the provider, held by lease, connected, watched, and their health noted with
 * its cause. One cluster's trouble is its own. A key is a cluster's id; the state is read afresh each time, so that
 * ignoring or un-ignoring a cluster acts as soon as somebody adds its key.
 */
export class ClusterFleet implements AsyncDisposable {
  readonly #options: FleetOptions;
  readonly #known: KnownClusters;
  readonly #leases: ClusterLeases;
  readonly #connected = new Map<ClusterId, Connected>();
  readonly #troubles: Troubles;
  readonly #discovery: KeyedQueue<"discovery">;
  readonly #clusters: KeyedQueue<ClusterId>;
  /** What the agent may not do on its clusters of what it has to. */
  readonly rights = new MissingRights();
  /** Rows that resyncs had to correct. Flat is healthy. */
  corrections = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    const { log, retry } = options;
    this.#troubles = new Troubles(retry);
    this.#known = new KnownClusters({ ...options, blindRefreshMs: retry.maxMs });
    this.#leases = new ClusterLeases({ ...options, clusters: () => this.#known.ids() });
    const backoffMs = (failures: number) => backoff(failures, retry);
    this.#clusters = new KeyedQueue(
      { name: "cluster", reconcile: (id, signal) => this.#reconcile(id, signal) },
      {
        concurrency: 16,
        backoffMs,
        onError: (cluster, error) =>
          log.error({ err: error, cluster }, "a cluster could not be looked after"),
      },
    );
    this.#discovery = new KeyedQueue(
      { name: "discovery", reconcile: (_, signal) => this.#discover(signal) },
      {
        concurrency: 1,
        backoffMs,
        onError: (_, error) => {
          const why = saidOf(error) ?? "an unexpected error";
          log.warn({ err: error }, `clusters could not be found: ${why} Trying again.`);
        },
      },
    );
    this.#discovery.add("discovery");
  }

  /** The client of a cluster that this agent holds. Throws `NothingChanged` for one that it cannot use now. */
  client(id: ClusterId): ClusterClient {
    const connected = this.#connected.get(id);
    if (connected !== undefined) return connected.client;
    const name = this.#known.get(id)?.name;
    throw new NothingChanged(`The cluster ${name ?? id} is not connected to this agent now.`);
  }

  /** A client also of a cluster that another agent holds, for the part of a task that is done there. Throws likewise. */
  async reach(id: ClusterId, signal: AbortSignal): Promise<ClusterClient> {
    const known = this.#connected.has(id) ? undefined : this.#known.get(id);
    return known === undefined ? this.client(id) : openCluster(await known.connect(signal));
  }

  /** The clusters that tasks can run on now. */
  connected(): ClusterId[] {
    return [...this.#connected.keys()];
  }

  /** Parts of the world that the provider could not look at the last time. */
  get blindSpots(): number {
    return this.#known.blindSpots;
  }

  /** Whether the provider has named this cluster. */
  isKnown(id: ClusterId): boolean {
    return this.#known.has(id);
  }

  /** Notes what the agent may not do on a cluster; the cluster's row says so until it may. */
  noteRights(id: ClusterId, missing: readonly string[]): void {
    if (this.rights.note(id, this.#connected.has(id) ? missing : [])) this.look(id);
  }

  /** Looks at a cluster now: its row has changed. */
  look(id: ClusterId): void {
    if (this.#known.has(id)) this.#clusters.add(id);
  }

  /** Looks at everything now. */
  lookAtAll(): void {
    for (const id of this.#known.ids()) this.#clusters.add(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#discovery[Symbol.asyncDispose]();
    await this.#clusters[Symbol.asyncDispose]();
    await Promise.all([...this.#connected.keys()].map((id) => this.#disconnect(id)));
    await this.#leases[Symbol.asyncDispose]();
  }

  async #discover(signal: AbortSignal): Promise<Outcome> {
    const { found, vanished, againMs } = await this.#known.refresh(signal);
    await this.#leases.announce(found);
    for (const id of found) this.#clusters.add(id);
    for (const id of vanished) await this.#vanished(id);
    return after(againMs);
  }

  async #vanished(id: ClusterId): Promise<void> {
    const { db, refreshMs, provider } = this.#options;
    this.#clusters.forget(id);
    this.#troubles.forget(id);
    await this.#disconnect(id);
    const reason = `The provider ${provider.name} does not list this cluster any more.`;
    await setClusterNotOk(db, id, { reason, nextTryMs: refreshMs });
    await this.#leases.withdraw(id);
  }

  async #reconcile(id: ClusterId, signal: AbortSignal): Promise<Outcome> {
    const { db, leaseMs } = this.#options;
    const cluster = this.#known.get(id);
    if (cluster === undefined) return done;
    const holding = await this.#leases.settle(id, () => this.#disconnect(id));
    if (holding.is === "ignored") {
      await this.#disconnect(id);
      // Nothing is known of the health of a cluster that nobody looks at; used again, it is tried at once.
      this.#troubles.forget(id);
      await setClusterOk(db, id);
      await this.#leases.drop(id);
      return done;
    }
    if (holding.is === "elsewhere") {
      await this.#tryAnew(id, cluster, signal);
      return after(holding.lookMs);
    }
    // A hint wakes this too, our own note of a failure among them: that is no reason to try before its time.
    const pauseMs = this.#troubles.pauseMs(id);
    if (pauseMs > 0) return after(Math.min(pauseMs, leaseMs / 3));
    try {
      await this.#connect(id, cluster, signal);
    } catch (error) {
      if (signal.aborted) return done;
      return after(Math.min(await this.#noteFailure(id, cluster, error), leaseMs / 3));
    }
    // It vanished meanwhile, and that has been said.
    if (!this.#known.has(id)) return done;
    this.#troubles.forget(id);
    await this.#leases.noteReach(id, true);
    const reason = this.#refusalOf(id);
    if (reason === undefined) await setClusterOk(db, id);
    else await setClusterNotOk(db, id, { reason, nextTryMs: leaseMs / 3 });
    return after(leaseMs / 3);
  }

  /** Proves that the cluster answers, with fresh credentials where there is no connection yet. */
  async #connect(id: ClusterId, cluster: DiscoveredCluster, signal: AbortSignal): Promise<void> {
    const connected = this.#connected.get(id);
    if (connected !== undefined) {
      await this.#prove(connected, signal);
      await this.#rewatchWhenDue(id, connected);
      return;
    }
    const client = openCluster(await cluster.connect(signal));
    await client.version(signal);
    if (!this.#known.has(id)) return;
    const provenMs = performance.now();
    this.#connected.set(id, { client, provenMs, watch: this.#watch(id, client, false) });
    this.#options.log.info({ cluster: cluster.name }, "cluster connected");
    this.#options.onConnected(id);
  }

  /** Watches tell when a cluster goes away; it is asked itself when one has broken, and else now and then. */
  async #prove(connected: Connected, signal: AbortSignal): Promise<void> {
    if (performance.now() - connected.provenMs < PROOF_MS) return;
    await connected.client.prove(signal);
    connected.provenMs = performance.now();
  }

  async #rewatchWhenDue(id: ClusterId, connected: Connected): Promise<void> {
    const { begunMs, isStale } = connected.watch;
    if (!isStale && performance.now() - begunMs < (this.#options.resyncMs ?? RESYNC_MS)) return;
    connected.watch.stop.abort();
    await connected.watch.running;
    connected.watch = this.#watch(id, connected.client, true);
  }

  #watch(id: ClusterId, client: ClusterClient, isResync: boolean): Watch {
    const { db, log } = this.#options;
    const stop = new AbortController();
    const tracker = new WorkloadTracker({
      db,
      log,
      clusterId: id,
      onDeploymentTouched: (deployment) => this.#options.onDeploymentTouched?.(deployment),
      onError: (error) => {
        if (isUnauthorized(error)) this.#noteRefusal(id, watch, describeKubernetesError(error));
        // A watch that broke mends itself; whether the cluster still answers is asked at once.
        this.#doubt(id);
      },
      onOwnerChanged: () => {
        watch.isStale = true;
        this.look(id);
      },
    });
    const running = client.watch(tracker, stop.signal).finally(() => tracker.close());
    const watch: Watch = { stop, running, begunMs: performance.now(), isStale: false };
    if (isResync) {
      void tracker.complete.then(() => {
        this.corrections += tracker.corrections;
        log.info({ cluster: id, corrections: tracker.corrections }, "workloads compared anew");
      });
    }
    return watch;
  }

  #doubt(id: ClusterId): void {
    const connected = this.#connected.get(id);
    if (connected !== undefined) connected.provenMs = Number.NEGATIVE_INFINITY;
    this.look(id);
  }

  /** A cluster that answers but does not show everything is no healthy one (W18). */
  #noteRefusal(id: ClusterId, watch: Watch, reason: string): void {
    if (watch.refused?.reason !== reason) {
      this.#options.log.warn({ cluster: id, reason }, "a cluster does not show everything");
    }
    watch.refused = { reason, atMs: performance.now() };
  }

  #refusalOf(id: ClusterId): string | undefined {
    const lack = this.rights.reason(id);
    if (lack !== undefined) return lack;
    const refused = this.#connected.get(id)?.watch.refused;
    if (refused === undefined || performance.now() - refused.atMs > REFUSAL_MS) return undefined;
    return refused.reason;
  }

  /** Says why a cluster does not work, and for how long it is left alone, in ms. */
  async #noteFailure(id: ClusterId, cluster: DiscoveredCluster, error: unknown): Promise<number> {
    const { db, log } = this.#options;
    await this.#disconnect(id);
    const nextTryMs = this.#troubles.count(id);
    const reason = saidOf(error) ?? describeKubernetesError(error);
    log.warn({ cluster: cluster.name, reason, nextTryMs }, "cluster cannot be used");
    await this.#leases.noteReach(id, false);
    await setClusterNotOk(db, id, { reason, nextTryMs });
    return nextTryMs;
  }

  /** Whether a cluster that was passed on because it did not answer answers now: its health is its owner's to tell. */
  async #tryAnew(id: ClusterId, cluster: DiscoveredCluster, signal: AbortSignal): Promise<void> {
    if (!this.#troubles.has(id) || this.#troubles.pauseMs(id) > 0) return;
    try {
      await openCluster(await cluster.connect(signal)).version(signal);
    } catch {
      this.#troubles.count(id);
      return;
    }
    this.#troubles.forget(id);
    await this.#leases.noteReach(id, true);
  }

  async #disconnect(id: ClusterId): Promise<void> {
    const connected = this.#connected.get(id);
    if (connected === undefined) return;
    this.#connected.delete(id);
    this.rights.note(id, []);
    connected.watch.stop.abort();
    await connected.watch.running;
  }
}
