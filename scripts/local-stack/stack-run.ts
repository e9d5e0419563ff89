import type { Child, ChildOptions } from "./child-process.ts";
import type { StackRecord } from "./stack-record.ts";
import { type Supervised, supervise } from "./supervise.ts";

interface StackRunOptions {
  readonly record: StackRecord;
  readonly report: (line: string) => void;
  /** Gives up starting. */
  readonly signal: AbortSignal | undefined;
}

/** How long a part that was being started when the stack was stopped may take to end. */
const LATE_PARTS_MS = 20_000;

/**
 * The parts of a stack while it is brought up and runs. Disposing stops them in the reverse order of their start, also
 * those that come up only then.
 */
export class StackRun implements AsyncDisposable {
  readonly record: StackRecord;
  readonly report: (line: string) => void;
  readonly #parts = new AsyncDisposableStack();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;

  constructor({ record, report, signal }: StackRunOptions) {
    this.record = record;
    this.report = report;
    const own = this.#stopping.signal;
    this.#signal = signal === undefined ? own : AbortSignal.any([signal, own]);
  }

  /** The part, once it is up; it is stopped with the stack. */
  own<Part extends AsyncDisposable>(starting: Promise<Part>): Promise<Part> {
    const owned = this.#own(starting);
    const settled = owned.catch(() => {}).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return owned;
  }

  /** A process of Platz that is started again whenever it ends by itself. */
  async keep(options: ChildOptions): Promise<Supervised> {
    this.#signal.throwIfAborted();
    const onRestart = (child: Child) => this.record.addProcesses([child]);
    const kept = await this.own(supervise(options, { report: this.report, onRestart }));
    this.record.addProcesses([kept.current()]);
    return kept;
  }

  /** Lists these processes, and says so should one of them end by itself. */
  watch(children: readonly Child[]): void {
    this.record.addProcesses(children);
    for (const child of children) {
      void child.exited.then((how) => {
        if (this.#signal.aborted) return;
        this.report(`${child.name} ended (${how}): stop the stack and start it again; see ${child.logFile}`);
      });
    }
  }

  /** What is waited for, unless the stack is stopped first. */
  async orStopped<T>(work: Promise<T>): Promise<T> {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(this.#signal.reason);
    if (this.#signal.aborted) stop();
    this.#signal.addEventListener("abort", stop);
    try {
      return await Promise.race([work, stopped.promise]);
    } finally {
      this.#signal.removeEventListener("abort", stop);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error("The stack was stopped while it came up."));
    await this.#parts.disposeAsync();
    await Promise.race([Promise.all(this.#pending), Bun.sleep(LATE_PARTS_MS)]);
  }

  async #own<Part extends AsyncDisposable>(starting: Promise<Part>): Promise<Part> {
    const part = await starting;
    if (!this.#parts.disposed) this.#parts.use(part);
    else await part[Symbol.asyncDispose]();
    this.#signal.throwIfAborted();
    return part;
  }
}
