import type { JobRegistry, Sandbox } from "../sandbox.ts";
import { SandboxFailure } from "../sandbox-failure.ts";
import { JobProcess, type RegistryPlace } from "./job-process.ts";
import type { PoolLimits } from "./limits.ts";

interface Idle {
  readonly process: JobProcess;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Runs jobs in processes, which are started when they are first needed, and end after a while of nothing. A job that takes
 * more than it may costs the process that runs it, and nothing else.
 */
export class ProcessPool<Registry extends JobRegistry> implements Sandbox<Registry>, AsyncDisposable {
  readonly #place: RegistryPlace;
  readonly #limits: PoolLimits;
  readonly #idle: Idle[] = [];
  readonly #all = new Set<JobProcess>();
  readonly #waiting: { resolve(process: JobProcess): void; reject(failure: SandboxFailure): void }[] = [];
  #isClosed = false;

  constructor(place: RegistryPlace, limits: PoolLimits) {
    this.#place = place;
    this.#limits = limits;
  }

  /** How many processes there are now. */
  get size(): number {
    return this.#all.size;
  }

  run: Sandbox<Registry>["run"] = async (name, input) => {
    const process = await this.#take();
    try {
      // What comes out is what the job of this name gives, as JSON.
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return (await process.run(name, input)) as any;
    } finally {
      this.#giveBack(process);
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    await Promise.all([...this.#all].map((process) => process.end()));
    this.#all.clear();
  }

  async #take(): Promise<JobProcess> {
    if (this.#isClosed) throw closed();
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      clearTimeout(idle.timer);
      if (idle.process.isAlive) return idle.process;
      this.#all.delete(idle.process);
      return await this.#take();
    }
    if (this.#all.size < this.#limits.processes) return this.#start();
    if (this.#waiting.length >= this.#limits.waiting) {
      throw new SandboxFailure("busy", "Too much is being computed now: try again.");
    }
    return await new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #start(): JobProcess {
    const process = new JobProcess(this.#place, this.#limits);
    this.#all.add(process);
    return process;
  }

  #giveBack(process: JobProcess): void {
    if (this.#isClosed) return;
    const next = this.#waiting.shift();
    if (!process.isAlive) {
      this.#all.delete(process);
      next?.resolve(this.#start());
    } else if (next !== undefined) next.resolve(process);
    else {
      const timer = setTimeout(() => void this.#endIdle(process), this.#limits.idleMs);
      this.#idle.push({ process, timer });
    }
  }

  async #endIdle(process: JobProcess): Promise<void> {
    const at = this.#idle.findIndex((idle) => idle.process === process);
    if (at === -1) return;
    this.#idle.splice(at, 1);
    await process.end();
    this.#all.delete(process);
  }
}

function closed(): SandboxFailure {
  return new SandboxFailure("busy", "This process is stopping: try again.");
}
