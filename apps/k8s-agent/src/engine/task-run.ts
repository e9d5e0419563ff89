import {
  appendOwnedTaskLog,
  recordTaskProgress,
  requeueOwnedTask,
} from "@platz/db/queries/deployment-task-queue";
import { NothingChanged, type OperationKind } from "@platz/domain";
import { endTask, type ServiceDatabase, type StartedTask, type TaskEnd } from "@platz/services";
import { backoff, sleep } from "@platz/worker";
import { type Runners, runOperation } from "../operations/index.ts";
import type { OperationDependencies, RunContext } from "../operations/operation-runner.ts";
import { Interrupted, outcomeOf, type RunOutcome } from "./run-outcome.ts";
import { TaskLogWriter } from "./task-log-writer.ts";

export interface EngineLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface TaskRunOptions {
  readonly db: ServiceDatabase;
  readonly log: EngineLog;
  readonly runners: Runners;
  readonly dependencies: OperationDependencies;
  /** Attempts of a task that changed nothing, before it fails. */
  readonly attemptsMax: number;
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  readonly timeoutMs: Readonly<Record<OperationKind, number>>;
  /** Called at each named step of a run, for tests that end the process there. */
  onStep?(step: string, task: StartedTask["task"]): Promise<void> | void;
}

/**
 * One attempt of one task, from its claim to the transaction that ends it or puts it back. Whoever holds it may
 * interrupt it; once the task is lost nothing of it is written any more.
 */
export class TaskRun {
  readonly #started: StartedTask;
  readonly #options: TaskRunOptions;
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  readonly #log: TaskLogWriter;

  constructor(started: StartedTask, options: TaskRunOptions) {
    this.#started = started;
    this.#options = options;
    this.#log = new TaskLogWriter({
      append: (text) => appendOwnedTaskLog(options.db, started.task, text),
      onError: (error) =>
        options.log.warn({ err: error, task: started.task.id }, "a piece of a task's log was not written"),
    });
  }

  get id() {
    return this.#started.task.id;
  }

  get fence() {
    return this.#started.task.fence;
  }

  /** Asks the work to stop; the first reason counts. A lost task is killed at once. */
  interrupt(reason: Interrupted): void {
    if (reason.why === "lost") this.#kill.abort(reason);
    this.#stop.abort(reason);
  }

  /** Runs to the end of the attempt. Never rejects. */
  async run(): Promise<void> {
    const { task } = this.#started;
    const { log } = this.#options;
    const fields = { task: task.id, operation: task.operation.kind, deployment: task.deploymentId };
    log.info({ ...fields, attempt: task.attempt }, "task started");
    const outcome = await this.#attempt();
    await this.#log.flush();
    await this.#conclude(outcome);
    log.info({ ...fields, outcome: outcome.kind === "end" ? outcome.end.status : outcome.kind }, "task left");
  }

  async #attempt(): Promise<RunOutcome> {
    const { task } = this.#started;
    const { timeoutMs, log } = this.#options;
    const limit = timeoutMs[task.operation.kind];
    const timer = setTimeout(() => {
      this.interrupt(
        new Interrupted("timeout", `It did not end within ${Math.round(limit / 1000)} s and was stopped.`),
      );
    }, limit);
    try {
      if (task.attempt > 1) this.#log.line(`Attempt ${task.attempt}.`);
      const end = await runOperation(this.#options.runners, task.operation, this.#context());
      return { kind: "end", end };
    } catch (error) {
      // An interruption shows as whatever the interrupted call throws: the reason is what counts.
      const outcome = outcomeOf(this.#stop.signal.aborted ? this.#stop.signal.reason : error);
      if (outcome.kind === "again" && outcome.cause !== undefined) {
        log.error({ err: outcome.cause, task: task.id }, "a run failed for a reason of ours");
      }
      return outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  #context(): RunContext {
    const { task, deployment } = this.#started;
    const { dependencies, db, onStep } = this.#options;
    if (task.clusterId === null) throw new NothingChanged("The task's cluster is gone.");
    return {
      ...dependencies,
      task,
      deployment,
      home: dependencies.cluster(task.clusterId),
      signal: this.#stop.signal,
      killSignal: this.#kill.signal,
      log: (line) => this.#log.line(line),
      hide: (texts) => this.#log.hide(texts),
      step: async (name) => {
        this.#stop.signal.throwIfAborted();
        await onStep?.(name, task);
      },
      record: async (facts) => {
        if (await recordTaskProgress(db, task, facts)) return;
        const lost = new Interrupted("lost", "The task is another agent's now.");
        this.interrupt(lost);
        throw lost;
      },
    };
  }

  /** Writes the outcome, again and again while the database is away: until it is written, or the task is lost. */
  async #conclude(outcome: RunOutcome): Promise<void> {
    const final = this.#bounded(outcome);
    if (final.kind === "lost") return;
    for (let failures = 0; !this.#kill.signal.aborted; failures += 1) {
      try {
        await this.#write(final);
        return;
      } catch (error) {
        this.#options.log.error(
          { err: error, task: this.id },
          "the outcome of a task could not be written yet",
        );
        await sleep(backoff(failures + 1, { firstMs: 100, maxMs: 5_000 }), this.#kill.signal);
      }
    }
  }

  /** An attempt that changed nothing counts; after the last one the task fails with its reason. */
  #bounded(outcome: RunOutcome): RunOutcome {
    if (outcome.kind !== "again" || this.#started.task.attempt < this.#options.attemptsMax) return outcome;
    const reason = `Given up after ${this.#started.task.attempt} attempts: ${outcome.reason}`;
    return { kind: "end", end: { status: "Failed", reason } };
  }

  async #write(outcome: RunOutcome): Promise<void> {
    const { db, retry } = this.#options;
    const { task } = this.#started;
    if (outcome.kind === "end") await this.#end(outcome.end);
    if (outcome.kind === "hand-over")
      await requeueOwnedTask(db, task, { delayMs: 0, reason: outcome.reason });
    if (outcome.kind === "again") {
      const delayMs = Math.max(backoff(task.attempt, retry), outcome.retryAfterMs ?? 0);
      await requeueOwnedTask(db, task, { delayMs, reason: outcome.reason });
    }
  }

  async #end(end: TaskEnd): Promise<void> {
    const { task } = this.#started;
    const { id, fence, deploymentId, operation } = task;
    await endTask(this.#options.db, { id, fence, deploymentId, kind: operation.kind }, end);
  }
}
