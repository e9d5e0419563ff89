import { type ClusterId, type EffectiveGrant, type KindId, NothingChanged } from "@platz/domain";
import { type ClusterClient, describeKubernetesError, missingRights } from "@platz/kubernetes";
import type { ServiceDatabase } from "@platz/services";
import { after, backoff, done, KeyedQueue, type Outcome } from "@platz/worker";
import { forEachEnabled } from "../clusters/enabled-deployments.ts";
import type { EngineLog } from "../engine/task-run.ts";
import { ensurePodSecurity } from "../operations/namespace.ts";
import type { Identities } from "./identities.ts";

export interface KeeperOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly identities: Pick<Identities, "namespace" | "ensure">;
  /** Throws `NothingChanged` for a cluster that is not connected now. */
  cluster(id: ClusterId): ClusterClient;
  grant(of: { readonly kindId: KindId; readonly clusterId: ClusterId }): Promise<EffectiveGrant>;
  /** Told what the agent may not do on a cluster of what it has to; nothing when it may do all of it. */
  onRights(id: ClusterId, missing: readonly string[]): void;
}

/** How soon a cluster is looked at again on which rights are missing, and one that has all. */
const LACKING_MS = 60_000;
const KEPT_MS = 3_600_000;

/**
 * Makes accounts, bindings and levels of Pod Security of all deployments of a cluster what they should be: as soon as the
 * cluster is connected, when grants change, and now and then. A cluster whose deployments are older than their accounts
 * is brought up to date by it.
 */
export class IdentityKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  readonly #queue: KeyedQueue<ClusterId>;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#queue = new KeyedQueue(
      { name: "identities", reconcile: (id, signal) => this.#keep(id, signal) },
      {
        concurrency: 4,
        backoffMs: (failures) => backoff(failures, { firstMs: 1_000, maxMs: LACKING_MS }),
        onError: (cluster, error) =>
          options.log.error({ err: error, cluster }, "accounts of deployments could not be looked after"),
      },
    );
  }

  /** A cluster has just been connected, or what its kinds were granted has changed. */
  add(id: ClusterId): void {
    this.#queue.add(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  async #keep(clusterId: ClusterId, signal: AbortSignal): Promise<Outcome> {
    const { db, log, identities, onRights, grant } = this.#options;
    const client = this.#clientOf(clusterId);
    if (client === undefined) return done;
    const missing = await missingRights(client.connection, identities.namespace, signal);
    if (signal.aborted) return done;
    onRights(clusterId, missing);
    const grants = new Map<KindId, Promise<EffectiveGrant>>();
    const grantOf = (kindId: KindId) => {
      const known = grants.get(kindId) ?? grant({ kindId, clusterId });
      grants.set(kindId, known);
      return known;
    };
    await forEachEnabled({ db, clusterId, signal }, async ({ id, namespace, kindId }) => {
      try {
        const found = await client.getNamespace(namespace, signal);
        if (found?.deploymentId !== id || found.phase === "Terminating") return false;
        const granted = await grantOf(kindId);
        await ensurePodSecurity(
          client,
          { name: namespace, podSecurity: granted.podSecurity },
          { found, signal },
        );
        await identities.ensure(client, { deploymentId: id, namespace }, { grant: granted, signal });
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const reason = describeKubernetesError(error);
        log.warn({ err: error, deployment: id, reason }, "the account of a deployment could not be made");
        return false;
      }
    });
    return after(missing.length > 0 ? LACKING_MS : KEPT_MS);
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
