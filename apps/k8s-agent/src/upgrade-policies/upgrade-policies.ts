import { listFollowingDeployments } from "@platz/db/queries/upgrade-policies";
import type { ClusterId, DeploymentId } from "@platz/domain";
import { applyUpgradePolicy, type ServiceDependencies } from "@platz/services";
import { backoff, done, every, KeyedQueue } from "@platz/worker";
import type { EngineLog } from "../engine/task-run.ts";

export interface UpgradePoliciesOptions {
  readonly dependencies: ServiceDependencies;
  readonly log: EngineLog;
  /** The clusters that this agent holds: the policies of their deployments are its own. */
  clusters(): readonly ClusterId[];
  /** How often all are looked at, in ms: windows open, and a hint may be lost. */
  readonly lookMs?: number;
}

const LOOK_MS = 60_000;
const ALL = "all";

/** Upgrades deployments that follow a branch or a tag format when a newer chart has appeared, or a window has opened. */
export class UpgradePolicies implements AsyncDisposable {
  readonly #parts = new AsyncDisposableStack();
  readonly #looks: KeyedQueue<typeof ALL>;

  constructor({ dependencies, log, clusters, lookMs = LOOK_MS }: UpgradePoliciesOptions) {
    const waits = {
      concurrency: 2,
      backoffMs: (failures: number) => backoff(failures, { firstMs: 1_000, maxMs: 5 * 60_000 }),
    };
    const policies = this.#parts.use(
      new KeyedQueue<DeploymentId>(
        {
          name: "upgrade policy",
          async reconcile(id) {
            const chart = await applyUpgradePolicy(dependencies, id);
            if (chart !== undefined)
              log.info({ deployment: id, chart }, "a deployment follows a newer chart");
            return done;
          },
        },
        {
          ...waits,
          onError: (deployment, error) =>
            log.warn({ err: error, deployment }, "an upgrade policy could not be looked at"),
        },
      ),
    );
    // Many charts that appear at once are one look.
    this.#looks = this.#parts.use(
      new KeyedQueue<typeof ALL>(
        {
          name: "upgrade policies",
          async reconcile() {
            for (const id of await listFollowingDeployments(dependencies.db, clusters())) policies.add(id);
            return done;
          },
        },
        { ...waits, onError: (_, error) => log.warn({ err: error }, "upgrade policies could not be listed") },
      ),
    );
    this.#parts.use(
      every(
        lookMs,
        () => this.wake(),
        () => {},
      ),
    );
  }

  /** Charts, policies or deployments may have changed: all are looked at. */
  wake(): void {
    this.#looks.add(ALL);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
