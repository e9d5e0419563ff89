import {
  type ClaimedChange,
  claimChange,
  endClaim,
  type HookOutcome,
  listDeploymentsToTell,
  nextChangeInMs,
  settleOrphanedResources,
} from "@platz/db/queries/resource-hooks";
import type { ClusterId, DeploymentId } from "@platz/domain";
import { after, backoff, done, every, KeyedQueue, type Outcome } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";
import { callHook, type HookDependencies, tryAgain } from "./call-hook.ts";

export interface ResourceHooksOptions extends HookDependencies {
  readonly log: EngineLog;
  /** The clusters whose deployments are ours to tell. */
  clusters(): readonly ClusterId[];
  /** How often changes are looked for when nothing hints at them. */
  readonly pollMs: number;
  /** For how long a call stays ours beyond its time, for its outcome to be written. */
  readonly graceMs: number;
}

/** Waiting for an answer costs little: so many applications may hang before another has to wait. */
const CONCURRENCY = 200;

/**
 * Tells applications of the changes of their resources (workers spec 4) by their lifecycle hooks. Each deployment is told
 * of one change at a time, beside all others, and of a change by one agent alone. A change that was told while the
 * resource was changed again is told anew.
 */
export class ResourceHooks implements AsyncDisposable {
  readonly #options: ResourceHooksOptions;
  readonly #queue: KeyedQueue<DeploymentId>;
  readonly #sweeps: KeyedQueue<"all">;
  readonly #poll: Disposable;

  constructor(options: ResourceHooksOptions) {
    this.#options = options;
    const backoffMs = (failures: number) => backoff(failures, { firstMs: 200, maxMs: 10_000 });
    this.#queue = new KeyedQueue(
      { name: "resource-hooks", reconcile: (id, signal) => this.#tell(id, signal) },
      {
        concurrency: CONCURRENCY,
        backoffMs,
        onError: (deployment, error) =>
          options.log.error({ err: error, deployment }, "an application could not be told of its resources"),
      },
    );
    this.#sweeps = new KeyedQueue(
      { name: "resource-hook-sweeps", reconcile: () => this.#lookAtAll() },
      {
        concurrency: 1,
        backoffMs,
        onError: (_key, error) =>
          options.log.error({ err: error }, "changes of resources cannot be looked for"),
      },
    );
    this.#poll = every(
      options.pollMs,
      () => this.wake(),
      () => {},
    );
  }

  /** There may be something to tell. */
  wake(): void {
    this.#sweeps.add("all");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#poll[Symbol.dispose]();
    await this.#sweeps[Symbol.asyncDispose]();
    await this.#queue[Symbol.asyncDispose]();
  }

  async #lookAtAll(): Promise<Outcome> {
    const { db, clusters, log } = this.#options;
    const orphans = await settleOrphanedResources(db);
    if (orphans > 0) log.info({ orphans }, "the deployments of these resources are gone: nobody was told");
    for (const id of await listDeploymentsToTell(db, clusters())) this.#queue.add(id);
    return done;
  }

  async #tell(id: DeploymentId, signal: AbortSignal): Promise<Outcome> {
    const { db, timeoutMs, graceMs } = this.#options;
    while (!signal.aborted) {
      const claimed = await claimChange(db, id, timeoutMs + graceMs);
      if (claimed === undefined) break;
      await this.#tellOf(claimed, signal);
    }
    const ms = await nextChangeInMs(db, id);
    return ms === undefined ? done : after(ms);
  }

  async #tellOf(claimed: ClaimedChange, signal: AbortSignal): Promise<void> {
    const { db, log } = this.#options;
    const { id: resource, name, syncAttempt: attempt } = claimed.resource;
    const fields = { resource, name, attempt, deployment: claimed.deploymentId, change: claimed.change };
    const outcome = await this.#outcomeOf(claimed, signal);
    const isOurs = await endClaim(db, claimed, outcome);
    log.info({ ...fields, outcome: outcome.kind, isOurs }, "an application was told of its resource");
  }

  /** What stands in the way of one change holds up no other. */
  async #outcomeOf(claimed: ClaimedChange, signal: AbortSignal): Promise<HookOutcome> {
    try {
      return await callHook(this.#options, claimed, signal);
    } catch (error) {
      if (signal.aborted) return tryAgain(this.#options, claimed, INTERRUPTED);
      this.#options.log.error({ err: error, resource: claimed.resource.id }, "a hook could not be called");
      return tryAgain(this.#options, claimed, INTERNAL);
    }
  }
}

// Nobody knows what became of it, and hooks are safe to run twice.
const INTERRUPTED = "The agent stopped before the application had answered.";
const INTERNAL = "The agent could not call the application: its log says why.";
