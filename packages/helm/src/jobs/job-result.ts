import { NothingChanged } from "@platz/domain";
import { answerPipe } from "../answer-pipe.ts";
import { failureReason, isOfLogger } from "../failure-reason.ts";
import { readingCommands } from "../helm-arguments.ts";
import type { HelmCommand } from "../helm-request.ts";
import type { HelmResult, RunOptions } from "../helm-runner.ts";
import { isOutOfMemory, outOfMemory } from "../memory-limit.ts";
import { redactor } from "../redaction/redactor.ts";
import { runOutput } from "../run-output.ts";
import { followJob, type JobEnd } from "./follow-job.ts";
import type { HostedJob, JobHost } from "./job-host.ts";

export interface JobFollowing {
  readonly host: JobHost;
  readonly job: HostedJob;
  readonly run: RunOptions;
  readonly graceMs: number;
  readonly startMs: number;
  readonly memoryBytes: number;
  /** Absent for a run that was taken up again, which never is one that reads. */
  readonly command?: HelmCommand;
  /** Lines that were passed on by an earlier owner. */
  readonly linesKnown?: number;
}

/** How long after its grace a pod that was asked to stop is waited for, in ms. */
const STOP_SPARE_MS = 15_000;

/** Follows a Job to its end and says how Helm ended. A pod's log is one: what a command answers is what is no logger's line. */
export async function resultOfJob(following: JobFollowing): Promise<HelmResult> {
  const { host, job, run, command, startMs, linesKnown = 0 } = following;
  const isReading = command !== undefined && readingCommands.has(command);
  const redact = redactor(run.secrets ?? []);
  let known = linesKnown;
  const output = runOutput(redact, (line) => {
    if (known > 0) known -= 1;
    else if (!isReading) run.onOutput?.(line);
  });
  const answer = answerPipe(redact);
  const encoder = new TextEncoder();
  using letting = letGo(following);
  let end: JobEnd;
  try {
    end = await followJob({
      host,
      job,
      signal: letting.signal,
      startMs,
      onLine({ text }) {
        const bytes = encoder.encode(`${text}\n`);
        output.stderr.push(bytes);
        if (isReading && !isOfLogger(text)) answer.push(bytes);
      },
    });
  } catch (error) {
    if (!letting.signal.aborted) throw error;
    end = { kind: "ended", exit: undefined, reason: "it was let go of" };
  }
  output.stderr.end();
  answer.end();
  const cancelled = Boolean(run.signal?.aborted || run.killSignal?.aborted);
  if (end.kind === "not-started") return notStarted(end.reason, cancelled);
  // 128 and more: a signal ended it.
  const exit = end.exit === undefined || end.exit > 128 ? null : end.exit;
  const isStarved = isOutOfMemory({ exit: end.exit, said: output.crash(), reason: end.reason });
  const failure = isStarved
    ? outOfMemory(following.memoryBytes)
    : (answer.problem() ?? failureOf(exit, end.reason, output.errorTail()));
  return { exit, cancelled, answer: isReading ? answer.text() : "", failure };
}

function notStarted(reason: string, cancelled: boolean): HelmResult {
  if (cancelled)
    return { exit: null, cancelled, answer: "", failure: "Helm was not started: it was cancelled." };
  throw new NothingChanged(`Helm was not started: its Job waited in vain (${reason}).`);
}

function failureOf(exit: number | null, reason: string | undefined, said: string): string | undefined {
  if (exit === 0) return undefined;
  if (exit === null) {
    return `Helm was killed before it came to an end${reason === undefined ? "" : ` (${reason})`}.`;
  }
  return failureReason(said) ?? `Helm ended with status ${exit} and gave no reason.`;
}

/**
 * A signal that ends the following: at once when the run is to be let go of, and a while after the pod was asked to
 * stop and does not.
 */
function letGo({ host, job, run, graceMs }: JobFollowing): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController();
  let grace: ReturnType<typeof setTimeout> | undefined;
  const kill = () => over.abort(new Error("let go"));
  const stop = () => {
    if (run.killSignal?.aborted) return;
    void host.suspendJob(job.name).catch(() => undefined);
    grace = setTimeout(kill, graceMs + STOP_SPARE_MS);
  };
  run.killSignal?.addEventListener("abort", kill, { once: true });
  run.signal?.addEventListener("abort", stop, { once: true });
  if (run.killSignal?.aborted) kill();
  else if (run.signal?.aborted) stop();
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      clearTimeout(grace);
      run.killSignal?.removeEventListener("abort", kill);
      run.signal?.removeEventListener("abort", stop);
    },
  };
}
