import { type Child, type ChildOptions, startChild } from "./child-process.ts";

export interface SuperviseOptions {
  /** Told in one line when the process ended by itself, with where its log is. */
  readonly report: (line: string) => void;
  /** Told of each process that is started in place of one that ended. */
  readonly onRestart?: (child: Child) => void;
  readonly firstDelayMs?: number;
  readonly delayMsMax?: number;
}

export interface Supervised extends AsyncDisposable {
  /** The process that runs now, or the one that ended last. */
  current(): Child;
}

/** How long a process must have run for its next end to count as the first again. */
const STEADY_MS = 60_000;

/**
 * Keeps a process running: one that ends by itself is started again, after a pause that doubles each time. Rejects
 * only when the first start is impossible.
 */
export async function supervise(options: ChildOptions, supervision: SuperviseOptions): Promise<Supervised> {
  const { report, onRestart, firstDelayMs = 1_000, delayMsMax = 30_000 } = supervision;
  const stopping = Promise.withResolvers<"stopping">();
  let isStopping = false;
  let child = await startChild(options);

  /** Starts the process again; one that cannot be started counts as one that ended at once. */
  async function startAgain(): Promise<void> {
    try {
      child = await startChild(options);
      onRestart?.(child);
    } catch (error) {
      report(`${options.name}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async function keepRunning(): Promise<void> {
    let delayMs = firstDelayMs;
    while (!isStopping) {
      const startedAt = Date.now();
      const how = await child.exited;
      if (isStopping) return;
      if (Date.now() - startedAt > STEADY_MS) delayMs = firstDelayMs;
      report(`${options.name} ended (${how}) and starts again in ${delayMs / 1000} s; see ${child.logFile}`);
      await Promise.race([Bun.sleep(delayMs), stopping.promise]);
      delayMs = Math.min(delayMs * 2, delayMsMax);
      if (!isStopping) await startAgain();
    }
  }

  const kept = keepRunning();
  return {
    current: () => child,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      stopping.resolve("stopping");
      await child[Symbol.asyncDispose]();
      await kept;
      // One that was being started when this began.
      await child[Symbol.asyncDispose]();
    },
  };
}
