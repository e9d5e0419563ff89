import { nextTaskDueInMs, renewTaskLeases } from "@platz/db/queries/deployment-task-queue";
import { type ClusterId, DeploymentTaskId } from "@platz/domain";
import { startTask } from "@platz/services";
import { every } from "@platz/worker";
import { Interrupted } from "./run-outcome.ts";
import { TaskRun, type TaskRunOptions } from "./task-run.ts";

export interface EngineOptions extends TaskRunOptions {
  /** Name of this agent, unique among all that are alive. */
  readonly owner: string;
  /** The clusters that it is connected to now: only their tasks can run. Absent: all that it holds. */
  readonly clusters?: () => readonly ClusterId[];
  /** Tasks that run at once, at most. */
  readonly concurrency: number;
  /** Tasks that run at once on one cluster, over all agents, at most. */
  readonly perClusterMax: number;
  readonly leaseMs: number;
  /** How often leases are renewed. Well below `leaseMs`. */
  readonly heartbeatMs: number;
  /** How often the queue is looked at when no hint comes. */
  readonly pollMs: number;
  /** How long running work may go on when the agent is asked to stop, in ms. */
  readonly stopGraceMs: number;
}

const HINTS_GATHER_MS = 10;

/**
 * Claims deployment tasks and runs them side by side. The table is the queue: a hint makes it look at once, the poll
 * finds what no hint told. Leases are renewed by one statement; a task that is not among the renewed is somebody
 * else's, and an agent that cannot renew stops its own work before the lease can be taken.
 */
export class TaskEngine implements AsyncDisposable {
  readonly #options: EngineOptions;
  readonly #runs = new Map<DeploymentTaskId, { readonly run: TaskRun; readonly ended: Promise<void> }>();
  readonly #timers: Disposable[];
  #stopping = false;
  #claiming: Promise<void> | undefined;
  #lookAgain = false;
  #renewAgain = false;
  #dueTimer: ReturnType<typeof setTimeout> | undefined;
  /** Until when every held lease is sure to last, on this process's own clock. */
  #leasesLastUntil = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const onError = (error: unknown) => options.log.error({ err: error }, "a tick failed");
    this.#timers = [
      every(options.pollMs, () => this.wake(), onError),
      every(options.heartbeatMs, () => this.#heartbeat(), onError),
      // Its own timer: a renewal that hangs must not hide that the leases run out.
      every(Math.min(options.heartbeatMs, 1_000), () => this.#guardLeases(), onError),
    ];
    this.wake();
  }

  /** Tasks that this agent runs now. */
  get running(): number {
    return this.#runs.size;
  }

  /** Looks at the queue now: something may have become runnable. */
  wake(): void {
    if (this.#stopping) return;
    this.#lookAgain = true;
    this.#claiming ??= this.#claim();
  }

  /** Looks at the tasks that run here now: somebody may have asked for the end of one. */
  checkCancellations(): void {
    if (this.#renewAgain) return;
    this.#renewAgain = true;
    // Hints come in flocks, and one statement answers all of them.
    setTimeout(() => {
      this.#renewAgain = false;
      this.#heartbeat().catch((error) => this.#options.log.warn({ err: error }, "leases were not renewed"));
    }, HINTS_GATHER_MS);
  }

  /** A task has changed: whatever that means for this agent is looked at. */
  hint(id: string): void {
    const task = DeploymentTaskId.safeParse(id);
    if (task.success && this.#runs.has(task.data)) this.checkCancellations();
    else this.wake();
  }

  /** Claims nothing more, gives running work its grace, then hands it over to whoever comes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#dueTimer);
    // What is being claimed at this moment is ours, too.
    await this.#claiming;
    const ended = Promise.all([...this.#runs.values()].map((each) => each.ended));
    const timer = setTimeout(() => {
      const reason = new Interrupted("stopping", "The agent was stopped; another run goes on with it.");
      for (const { run } of this.#runs.values()) run.interrupt(reason);
    }, this.#options.stopGraceMs);
    await ended;
    clearTimeout(timer);
    for (const each of this.#timers) each[Symbol.dispose]();
  }

  async #claim(): Promise<void> {
    try {
      while (this.#lookAgain && !this.#stopping) {
        this.#lookAgain = false;
        while (!this.#stopping && this.#runs.size < this.#options.concurrency && (await this.#claimOne()));
        if (!this.#lookAgain) await this.#planNextLook();
      }
    } catch (error) {
      this.#options.log.error({ err: error }, "the queue could not be read; it is tried again");
    } finally {
      this.#claiming = undefined;
      // After a failure: the hint that came meanwhile is not worth hurrying.
      if (this.#lookAgain && !this.#stopping) setTimeout(() => this.wake(), this.#options.pollMs);
    }
  }

  async #claimOne(): Promise<boolean> {
    const { db, owner, leaseMs, perClusterMax } = this.#options;
    const before = performance.now();
    const clusters = this.#options.clusters?.();
    const started = await startTask(db, { owner, leaseMs, perClusterMax, clusters });
    if (started === undefined) return false;
    if (this.#runs.size === 0) this.#leasesLastUntil = before + leaseMs;
    else this.#leasesLastUntil = Math.min(this.#leasesLastUntil, before + leaseMs);
    const run = new TaskRun(started, this.#options, () => this.#leasesAreSure());
    const ended = run.run().finally(() => {
      this.#runs.delete(run.id);
      this.wake();
    });
    this.#runs.set(run.id, { run, ended });
    return true;
  }

  /** A task that is due later starts at its time, not at the next poll. */
  async #planNextLook(): Promise<void> {
    clearTimeout(this.#dueTimer);
    const ms = await nextTaskDueInMs(this.#options.db, this.#options.owner);
    if (ms === undefined || this.#stopping) return;
    if (ms < this.#options.pollMs) this.#dueTimer = setTimeout(() => this.wake(), ms + 1);
  }

  async #heartbeat(): Promise<void> {
    if (this.#runs.size === 0) return;
    const { db, owner, leaseMs, log } = this.#options;
    const before = performance.now();
    const asked = [...this.#runs.values()].map(({ run }) => run);
    const held = new Map((await renewTaskLeases(db, { owner, leaseMs })).map((task) => [task.id, task]));
    this.#leasesLastUntil = before + leaseMs;
    for (const run of asked) {
      // It may have ended meanwhile, and even been claimed anew.
      if (this.#runs.get(run.id)?.run !== run) continue;
      const task = held.get(run.id);
      if (task?.fence !== run.fence) {
        log.warn({ task: run.id }, "a task is another agent's now");
        run.interrupt(new Interrupted("lost", "The task is another agent's now."));
      } else if (task.cancelRequested) {
        run.interrupt(new Interrupted("canceled", "It was canceled while it ran."));
      }
    }
  }

  /** Kills own work when its leases are about to run out: whoever takes a task over must find it still. */
  #guardLeases(): void {
    if (this.#runs.size === 0 || this.#leasesAreSure()) return;
    this.#options.log.error({ tasks: this.#runs.size }, "leases could not be renewed: stopping their tasks");
    for (const { run } of this.#runs.values()) {
      run.interrupt(new Interrupted("lost", "The agent could not renew its lease."));
    }
  }

  /** Whether nobody can have taken over what runs here, with time to spare for stopping it. */
  #leasesAreSure(): boolean {
    return performance.now() < this.#leasesLastUntil - this.#options.leaseMs / 5;
  }
}
