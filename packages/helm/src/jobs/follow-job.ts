import { sleep } from "@platz/worker";
import type { HostedJob, HostedPod, JobHost, JobWatcher, PodLogLine } from "./job-host.ts";
import { RUN_LABEL } from "./job-manifest.ts";

export interface FollowOptions {
  readonly host: JobHost;
  readonly job: HostedJob;
  /** Ends the following; the Job goes on. */
  readonly signal: AbortSignal;
  /** How long its pod may take to start, in ms. */
  readonly startMs: number;
  onLine(line: PodLogLine): void;
}

/** How a Job ended, or that it did not begin. */
export type JobEnd =
  | { readonly kind: "ended"; readonly exit: number | undefined; readonly reason: string | undefined }
  | { readonly kind: "not-started"; readonly reason: string };

/** How long a log is waited for whose container has ended, in ms. */
const LOG_MS_MAX = 10_000;
const LOG_RETRY_MS = 200;
/** For how long the pods of a Job may be told of later than its own end, in ms. */
const PODS_BEHIND_MS = 2_000;

/** Follows a Job to its end, with all that it says. Throws the signal's reason when that ends it. */
export async function followJob({ host, job, signal, startMs, onLine }: FollowOptions): Promise<JobEnd> {
  const over = new AbortController();
  const stop = () => over.abort();
  signal.addEventListener("abort", stop, { once: true });
  const { promise: ended, resolve: end } = Promise.withResolvers<JobEnd>();
  using state = new JobState(job, end);
  const timer = setTimeout(() => state.giveUpWaiting(), startMs);
  const watching = host.watchJob([RUN_LABEL, job.name], state, over.signal);
  const aborted = Promise.withResolvers<"aborted">();
  over.signal.addEventListener("abort", () => aborted.resolve("aborted"), { once: true });
  try {
    signal.throwIfAborted();
    const reading = state.started.then((pod) => readLog({ host, pod, state, onLine, signal: over.signal }));
    const found = await Promise.race([ended, aborted.promise]);
    signal.throwIfAborted();
    if (found === "aborted") throw new Error("the following of a Job ended by itself");
    if (found.kind === "ended" && state.hasStarted) await reading;
    signal.throwIfAborted();
    return found;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    over.abort();
    await watching;
  }
}

/** What is known of the Job and its pod, and when it is over. */
class JobState implements JobWatcher, Disposable {
  readonly #end: (end: JobEnd) => void;
  readonly #started = Promise.withResolvers<string>();
  readonly #pods = new Map<string, HostedPod>();
  #job: HostedJob | "gone";
  #waitsFor = "its pod has not been made";
  #judging: ReturnType<typeof setTimeout> | undefined;
  hasStarted = false;
  hasEnded = false;

  constructor(job: HostedJob, end: (end: JobEnd) => void) {
    this.#job = job;
    this.#end = (found) => {
      this.hasEnded = true;
      end(found);
    };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#judging);
  }

  /** The name of the pod whose log can be read. */
  get started(): Promise<string> {
    return this.#started.promise;
  }

  onJob(job: HostedJob): void {
    this.#job = job;
    this.#judgeSoon();
  }

  onJobGone(): void {
    this.#job = "gone";
    this.#judgeSoon();
  }

  onPod(pod: HostedPod): void {
    this.#pods.set(pod.name, pod);
    if (pod.waitsFor !== undefined) this.#waitsFor = pod.waitsFor;
    if (pod.hasStarted) {
      this.hasStarted = true;
      this.#started.resolve(pod.name);
    }
    if (pod.end !== undefined) this.#end({ kind: "ended", ...pod.end });
  }

  onPodGone(name: string): void {
    this.#pods.delete(name);
    this.#judgeSoon();
  }

  giveUpWaiting(): void {
    if (!this.hasStarted) this.#end({ kind: "not-started", reason: this.#waitsFor });
  }

  /** Of pods the watch of the pods tells, which may be behind that of the Job. */
  #judgeSoon(): void {
    if (this.#pods.size > 0) return;
    clearTimeout(this.#judging);
    this.#judging = setTimeout(() => this.#judge(), PODS_BEHIND_MS);
  }

  /** What its pod said counts; this is for a Job that has none, or has lost it. */
  #judge(): void {
    if (this.#pods.size > 0) return;
    const reason = this.hasStarted ? "its pod was deleted" : whyOver(this.#job);
    if (reason === undefined) return;
    if (this.hasStarted) this.#end({ kind: "ended", exit: undefined, reason });
    else this.#end({ kind: "not-started", reason });
  }
}

/** Why a Job without a pod will have none any more. */
function whyOver(job: HostedJob | "gone"): string | undefined {
  if (job === "gone") return "its Job was deleted";
  if (job.end !== undefined) return job.end.reason ?? "it had no pod";
  return job.isSuspended && job.pods === 0 ? "it was stopped before it began" : undefined;
}

interface LogReading {
  readonly host: JobHost;
  readonly pod: string;
  readonly state: JobState;
  readonly signal: AbortSignal;
  onLine(line: PodLogLine): void;
}

/** Every line once, whatever breaks meanwhile. After the end of the container the rest is waited for, but not for ever. */
async function readLog(reading: LogReading): Promise<void> {
  const { state, signal, onLine } = reading;
  const position: { last: string | undefined } = { last: undefined };
  let failure: unknown = "nothing has been read";
  let endedAt = Number.POSITIVE_INFINITY;
  while (!signal.aborted && !(state.hasEnded && failure === undefined)) {
    if (state.hasEnded) endedAt = Math.min(endedAt, performance.now());
    // The stream ends when the container does, or when the node's agent does.
    failure = await readOnce(reading, position).catch((error: unknown) => error ?? "an unknown failure");
    if (failure !== undefined && performance.now() - endedAt > LOG_MS_MAX) {
      const why = failure instanceof Error ? failure.message : "an unknown failure";
      onLine({ at: "", text: `[the rest of the output cannot be read: ${why}]` });
      return;
    }
    await sleep(LOG_RETRY_MS, signal);
  }
}

async function readOnce(
  { host, pod, signal, onLine }: LogReading,
  position: { last: string | undefined },
): Promise<undefined> {
  for await (const line of host.podLog(pod, position.last, signal)) {
    // Times are given to the second: the lines of that second come again.
    if (position.last !== undefined && line.at <= position.last) continue;
    position.last = line.at;
    onLine(line);
  }
}
