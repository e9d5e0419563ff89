import { type Applied, findApplied, setDrift } from "@platz/db/queries/deployment-drift";
import { type ClusterId, type DeploymentId, type Drift, NothingChanged, sameJson } from "@platz/domain";
import { type ClusterClient, isUnreachable } from "@platz/kubernetes";
import type { ChartComputer, ServiceDatabase } from "@platz/services";
import { after, backoff, done, KeyedQueue, type Outcome } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";
import { findDrift } from "./find-drift.ts";

export interface DriftOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly computer?: ChartComputer | undefined;
  /** The client of a cluster that this agent holds; throws `NothingChanged` for another. */
  cluster(id: ClusterId): ClusterClient;
  /** When a deployment whose tasks still run, or whose release somebody is at, is looked at again, in ms. */
  readonly againMs?: number;
  readonly now?: () => Date;
}

/** Few at once: after a start every deployment is looked at, and nobody waits for it. */
const CONCURRENCY = 2;
const AGAIN_MS = 3_000;

/**
 * Keeps what deployments say of drift: whether their live release is what Platz applied last. A key is a deployment's id,
 * added by whatever the cluster shows of it; it is written only when something else is found than before.
 */
export class DriftReconciler implements AsyncDisposable {
  readonly #options: DriftOptions;
  readonly #queue: KeyedQueue<DeploymentId>;

  constructor(options: DriftOptions) {
    this.#options = options;
    this.#queue = new KeyedQueue(
      { name: "drift", reconcile: (id, signal) => this.#reconcile(id, signal) },
      {
        concurrency: CONCURRENCY,
        backoffMs: (failures) => backoff(failures, { firstMs: 1_000, maxMs: 5 * 60_000 }),
        onError: (deployment, error) => {
          if (isUnreachable(error)) return;
          options.log.warn({ err: error, deployment }, "the release of a deployment could not be looked at");
        },
      },
    );
  }

  add(id: DeploymentId): void {
    this.#queue.add(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  async #reconcile(id: DeploymentId, signal: AbortSignal): Promise<Outcome> {
    const { db, againMs = AGAIN_MS } = this.#options;
    const applied = await findApplied(db, id);
    if (applied === undefined) return done;
    if (applied.isBusy) return after(againMs);
    const found = await this.#look(applied, signal);
    if (found === "unsure") return after(againMs);
    if (found === "elsewhere") return done;
    // A task that was asked for meanwhile changes what is right: it is looked at again when that has ended.
    const still = await findApplied(db, id);
    if (still === undefined || still.isBusy || still.appliedBy !== applied.appliedBy) return after(againMs);
    if (!isSame(applied.drift, found)) {
      const since = (this.#options.now?.() ?? new Date()).toISOString();
      await setDrift(
        db,
        id,
        found === undefined ? null : { ...found, since: sinceOf(applied.drift, found, since) },
      );
    }
    return done;
  }

  /** Only of a deployment that runs it is known what should be there. */
  async #look(applied: Applied, signal: AbortSignal) {
    if (applied.status !== "Running") return undefined;
    try {
      return await findDrift(
        { cluster: this.#options.cluster(applied.clusterId), computer: this.#options.computer },
        applied,
        signal,
      );
    } catch (error) {
      if (error instanceof NothingChanged) return "elsewhere";
      throw error;
    }
  }
}

type Found = Pick<Drift, "kind" | "what"> | undefined;

function isSame(before: Drift | null, found: Found): boolean {
  if (before === null || found === undefined) return before === null && found === undefined;
  return before.kind === found.kind && sameJson(before.what, [...found.what]);
}

/** More of the same kind does not make it younger. */
function sinceOf(before: Drift | null, found: NonNullable<Found>, now: string): string {
  return before?.kind === found.kind ? before.since : now;
}
