import {
  appendOwnedTaskLog,
  recordTaskProgress,
  requeueOwnedTask,
} from "@platz/db/queries/deployment-task-queue";
import {
  type Deployment,
  type DeploymentTask,
  type JsonObject,
  NothingChanged,
  OperationFailed,
  type OperationKind,
} from "@platz/domain";
import type { ClusterClient } from "@platz/kubernetes";
import { endTask, outageOf, type ServiceDatabase, type StartedTask, type TaskEnd } from "@platz/services";
import { failSpan, inSpan, noteOnSpan } from "@platz/telemetry";
import { backoff, sleep } from "@platz/worker";
import { type Runners, runOperation } from "../operations/index.ts";
import type { OperationDependencies, RunContext } from "../operations/operation-runner.ts";
import { INTERNAL_ERROR, Interrupted, outcomeOf, type RunOutcome } from "./run-outcome.ts";
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
  /** Owners that may die of a task, before it fails: one that takes its agent down must not do so for ever. */
  readonly deathsMax?: number;
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  readonly timeoutMs: Readonly<Record<OperationKind, number>>;
  /** How long a run may take by its chart instead, in ms; nothing if the chart does not say. */
  wantedTimeoutMs?(task: DeploymentTask, deployment: Deployment): Promise<number | undefined>;
  /** Called at each named step of a run, for tests that end the process there. */
  readonly onStep?: (step: string, task: StartedTask["task"]) => Promise<void> | void;
}

const WRITES_MAX = 3;
const DEATHS_MAX = 10;

/**
 * One attempt of one task, from its claim to the transaction that ends it or puts it back. Whoever holds it may
 * interrupt it; once the task is lost nothing of it is written any more. `leaseIsSure` is asked at each step: a process
 * that was stopped for a while may wake up in the middle of one.
 */
export class TaskRun {
  readonly #started: StartedTask;
  readonly #options: TaskRunOptions;
  readonly #leaseIsSure: () => boolean;
  /** The work is to end in good order. */
  readonly #stop = new AbortController();
  /** The work is to end at once: somebody else goes on with it. */
  readonly #kill = new AbortController();
  /** The task is somebody else's already. */
  readonly #lost = new AbortController();
  readonly #log: TaskLogWriter;
  /** The run goes on by it when the cluster has become another agent's. */
  #home: ClusterClient | undefined;

  constructor(started: StartedTask, options: TaskRunOptions, leaseIsSure: () => boolean = () => true) {
    this.#started = started;
    this.#options = options;
    this.#leaseIsSure = leaseIsSure;
    this.#log = new TaskLogWriter({
      append: (text) => appendOwnedTaskLog(options.db, started.task, text),
      lost: this.#lost.signal,
      onLost: () => this.interrupt(taskLost()),
      onError: (error) => {
        options.log.warn({ err: error, task: started.task.id }, "a piece of a task's log was not written");
        return outageOf(error) !== undefined;
      },
    });
  }

  get id() {
    return this.#started.task.id;
  }

  get fence() {
    return this.#started.task.fence;
  }

  /**
   * Asks the work to stop; the first reason counts. What another owner goes on with is killed: it observes what was
   * left, as after any death, whereas Helm asked politely would record a failure of the work.
   */
  interrupt(reason: Interrupted): void {
    if (reason.why === "lost") this.#lost.abort(reason);
    if (reason.why === "lost" || reason.why === "stopping") this.#kill.abort(reason);
    this.#stop.abort(reason);
  }

  /** Runs to the end of the attempt, in the trace of whoever asked for the task. Never rejects. */
  async run(): Promise<void> {
    const { task } = this.#started;
    const attributes = {
      "platz.task": task.id,
      "platz.deployment": task.deploymentId,
      "platz.attempt": task.attempt,
    };
    const parent = task.traceParent;
    await inSpan(`task ${task.operation.kind}`, { kind: "consumer", parent, attributes }, () => this.#run());
  }

  async #run(): Promise<void> {
    const { task } = this.#started;
    const { log } = this.#options;
    const fields = { task: task.id, operation: task.operation.kind, deployment: task.deploymentId };
    log.info({ ...fields, attempt: task.attempt }, "task started");
    const outcome = await this.#attempt();
    const name = outcome.kind === "end" ? outcome.end.status : outcome.kind;
    noteOnSpan({ "platz.outcome": name });
    if (name === "Failed" || name === "again") failSpan(name);
    await this.#log.flush();
    await this.#conclude(outcome);
    log.info({ ...fields, outcome: name }, "task left");
  }

  async #attempt(): Promise<RunOutcome> {
    const { task } = this.#started;
    const { log } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const timeoutMs = await this.#limitMs();
      timer = setTimeout(() => {
        const said = `It did not end within ${Math.round(timeoutMs / 1000)} s and was stopped.`;
        this.interrupt(new Interrupted("timeout", said));
      }, timeoutMs);
      if (task.attempt > 1) this.#log.line(`Attempt ${task.attempt}.`);
      this.#requireWorthTrying();
      const end = await runOperation(
        this.#options.runners,
        task.operation,
        this.#context(this.#stop.signal, timeoutMs),
      );
      return { kind: "end", end };
    } catch (error) {
      // An interruption shows as whatever the interrupted call throws: the reason is what counts.
      const outcome = outcomeOf(this.#interruption() ?? error);
      if (outcome.kind === "again" && outcome.cause !== undefined) {
        log.error({ err: outcome.cause, task: task.id }, "a run failed for a reason of ours");
      }
      return outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  async #limitMs(): Promise<number> {
    const { task, deployment } = this.#started;
    const { wantedTimeoutMs, timeoutMs } = this.#options;
    return (await wantedTimeoutMs?.(task, deployment)) ?? timeoutMs[task.operation.kind];
  }

  /** Why this attempt is over, if somebody said so; that the task is lost counts most. */
  #interruption(): unknown {
    const said = [this.#lost, this.#stop, this.#kill].find(({ signal }) => signal.aborted);
    return said?.signal.reason;
  }

  /** What was canceled while nobody ran it is not begun again; nor is what its agents died of. */
  #requireWorthTrying(): void {
    const { cancelRequestedAt, attempt, progress } = this.#started.task;
    if (cancelRequestedAt !== null) {
      throw new Interrupted("canceled", "It was canceled while it ran; what it had done by then stays.");
    }
    const deaths = attempt - 1 - countOf(progress, "retries") - countOf(progress, "handOvers");
    if (deaths < (this.#options.deathsMax ?? DEATHS_MAX)) return;
    throw new OperationFailed(
      `Given up: ${deaths} agents stopped while they ran it. See why, then retry the task.`,
    );
  }

  #context(signal: AbortSignal, timeoutMs: number): RunContext {
    const { task, deployment } = this.#started;
    const { dependencies, onStep } = this.#options;
    if (task.clusterId === null) throw new NothingChanged("The task's cluster is gone.");
    this.#home ??= dependencies.cluster(task.clusterId);
    return {
      ...dependencies,
      task,
      deployment,
      home: this.#home,
      clusterId: task.clusterId,
      signal,
      killSignal: this.#kill.signal,
      timeoutMs,
      log: (line) => this.#log.line(line),
      hide: (texts) => this.#log.hide(texts),
      step: async (name) => {
        if (!this.#leaseIsSure()) this.interrupt(taskLost());
        signal.throwIfAborted();
        await onStep?.(name, task);
      },
      record: (facts) => this.#record(facts),
      committed: () => this.#context(this.#kill.signal, timeoutMs),
    };
  }

  async #record(facts: JsonObject): Promise<void> {
    if (await recordTaskProgress(this.#options.db, this.#started.task, facts)) return;
    this.interrupt(taskLost());
    throw taskLost();
  }

  /** Writes the outcome, again and again while the database is away: until it is written, or the task is lost. */
  async #conclude(outcome: RunOutcome): Promise<void> {
    let final = this.#bounded(outcome);
    let refusals = 0;
    for (let failures = 1; final.kind !== "lost" && !this.#lost.signal.aborted; failures += 1) {
      const error = await this.#write(final).catch((cause: unknown) => cause ?? "an unknown failure");
      if (error === undefined) return;
      this.#options.log.error(
        { err: error, task: this.id },
        "the outcome of a task could not be written yet",
      );
      if (outageOf(error) === undefined) refusals += 1;
      // What the database refuses for good would keep the task running for ever; its lease runs out after this.
      if (refusals > 2 * WRITES_MAX) return;
      if (refusals >= WRITES_MAX) final = { kind: "end", end: { status: "Failed", reason: INTERNAL_ERROR } };
      await sleep(backoff(failures, { firstMs: 100, maxMs: 5_000 }), this.#lost.signal);
    }
  }

  /** An attempt that changed nothing counts; after the last one the task fails with its reason. */
  #bounded(outcome: RunOutcome): RunOutcome {
    const tries = countOf(this.#started.task.progress, "retries") + 1;
    if (outcome.kind !== "again" || tries < this.#options.attemptsMax) return outcome;
    const reason = `Given up after ${tries} attempts: ${outcome.reason}`;
    return { kind: "end", end: { status: "Failed", reason } };
  }

  async #write(outcome: RunOutcome): Promise<void> {
    const { retry } = this.#options;
    const { progress } = this.#started.task;
    if (outcome.kind === "end") await this.#end(outcome.end);
    if (outcome.kind === "hand-over") {
      const handOvers = countOf(progress, "handOvers") + 1;
      await this.#requeue({ delayMs: 0, reason: outcome.reason, progress: { handOvers } });
    }
    if (outcome.kind === "again") {
      const retries = countOf(progress, "retries") + 1;
      const delayMs = Math.max(backoff(retries, retry), outcome.retryAfterMs ?? 0);
      await this.#requeue({ delayMs, reason: this.#log.clean(outcome.reason), progress: { retries } });
    }
  }

  async #requeue(wait: Parameters<typeof requeueOwnedTask>[2]): Promise<void> {
    await requeueOwnedTask(this.#options.db, this.#started.task, wait);
  }

  async #end(end: TaskEnd): Promise<void> {
    const { id, fence, deploymentId, operation } = this.#started.task;
    const task = { id, fence, deploymentId, kind: operation.kind };
    await endTask(this.#options.db, task, this.#cleaned(end));
  }

  #cleaned(end: TaskEnd): TaskEnd {
    if (end.status !== "Done") return { ...end, reason: this.#log.clean(end.reason) };
    return { ...end, reason: end.reason === null ? null : this.#log.clean(end.reason) };
  }
}

const taskLost = () => new Interrupted("lost", "The task is another agent's now.");

/** A number that earlier runs have counted up in the task's progress. */
function countOf(progress: JsonObject, name: string): number {
  const found = progress[name];
  return typeof found === "number" ? found : 0;
}
