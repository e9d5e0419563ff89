import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { processUsage } from "@platz/worker";
import { SandboxFailure } from "../sandbox-failure.ts";
import { FrameReader, frame } from "./frames.ts";
import type { ProcessLimits } from "./limits.ts";

/** Where the registry of a process's jobs is, and how it is called there. */
export interface RegistryPlace {
  readonly module: URL;
  readonly exported: string;
}

interface Running {
  readonly resolve: (answer: { readonly output: unknown }) => void;
  readonly reject: (failure: SandboxFailure) => void;
}

/** A process that runs one job at a time. Whatever it does, it is ended when it takes more than it may. */
export class JobProcess {
  readonly #limits: ProcessLimits;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #reader: FrameReader;
  #running: Running | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  /** CPU time that earlier jobs took. */
  #cpuBefore = 0;
  #ended: Promise<void>;
  isAlive = true;

  constructor(place: RegistryPlace, limits: ProcessLimits) {
    this.#limits = limits;
    this.#reader = new FrameReader(limits.resultBytes);
    const program = fileURLToPath(new URL("./child.ts", import.meta.url));
    // It gets none of our environment: no key, no address of a database.
    this.#child = spawn(process.execPath, [program, place.module.href, place.exported], {
      stdio: ["pipe", "pipe", "inherit"],
      env: {},
    });
    this.#child.stdout.on("data", (piece: Uint8Array) => this.#receive(piece));
    this.#child.stdin.on("error", () => this.#fail("ended"));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    // It could not be started: the machine's matter, and no job's.
    this.#child.on("error", () => this.#gone("busy", resolve));
    this.#child.on("exit", (_code, signal) => this.#gone(this.#endOf(signal), resolve));
  }

  /** Throws a `SandboxFailure`; after one that has cost the process it is alive no more. */
  async run(name: string, input: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly output: unknown }>();
    this.#running = { resolve, reject };
    this.#cpuBefore = (await this.#usage())?.cpuMs ?? 0;
    const started = performance.now();
    this.#watch = setInterval(() => void this.#look(started), this.#limits.sampleMs);
    if (this.isAlive) this.#child.stdin.write(frame({ name, input }));
    else this.#fail("busy");
    try {
      return (await promise).output;
    } finally {
      clearInterval(this.#watch);
      this.#running = undefined;
      // Its memory is free before another process takes some.
      if (!this.isAlive) await this.#ended;
    }
  }

  /** Ends it, whatever it does; that says nothing about the job that it runs. */
  async end(): Promise<void> {
    this.#fail("busy");
    await this.#ended;
  }

  async #usage() {
    return this.#child.pid === undefined ? undefined : await processUsage(this.#child.pid);
  }

  async #look(started: number): Promise<void> {
    const usage = await this.#usage();
    const { cpuMs, residentBytes, wallMs } = this.#limits;
    if (usage !== undefined && usage.residentBytes > residentBytes) this.#fail("too-large");
    else if (usage !== undefined && usage.cpuMs - this.#cpuBefore > cpuMs) this.#fail("too-long");
    // A machine that has no time for it says nothing about the job.
    else if (performance.now() - started > wallMs) this.#fail("busy");
  }

  #receive(piece: Uint8Array): void {
    try {
      for (const text of this.#reader.push(piece)) this.#answer(JSON.parse(text));
    } catch {
      this.#fail("too-large");
    }
  }

  #answer(answer: { readonly output: unknown } | { readonly failed: string }): void {
    if ("output" in answer) this.#running?.resolve(answer);
    else
      this.#running?.reject(new SandboxFailure("failed", "It cannot be computed.", { cause: answer.failed }));
  }

  /** The process is of no use any more. */
  #fail(kind: "too-long" | "too-large" | "ended" | "busy"): void {
    this.isAlive = false;
    this.#child.kill("SIGKILL");
    this.#running?.reject(new SandboxFailure(kind, sentences[kind]));
  }

  /** Whether the job has ended the process, or somebody else: a signal to all processes of a terminal, a shutdown. */
  #endOf(signal: NodeJS.Signals | null): "ended" | "busy" {
    return signal !== null && endedByOthers.has(signal) ? "busy" : "ended";
  }

  #gone(kind: "ended" | "busy", resolve: () => void): void {
    this.#fail(kind);
    resolve();
  }
}

const endedByOthers: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]);

const sentences = {
  "too-long": "It takes too long to compute.",
  "too-large": "It takes too much memory to compute.",
  ended: "It ends the process that computes it.",
  busy: "Too much is being computed now: try again.",
} as const;
