import { NothingChanged } from "@platz/domain";
import { inSpan, noteOnSpan } from "@platz/telemetry";
import { checkRequest } from "../check-request.ts";
import type { CheckedRequest } from "../helm-request.ts";
import type { HelmResult, HelmRunner, ResumeOptions, RunOptions } from "../helm-runner.ts";
import { MEMORY_BYTES } from "../memory-limit.ts";
import type { HostedJob, JobHost } from "./job-host.ts";
import {
  attemptOf,
  BARRED_LABEL,
  barringJob,
  helmJob,
  type JobIdentity,
  type JobPodOptions,
  jobName,
  runSecrets,
  secretOfJob,
  TASK_LABEL,
} from "./job-manifest.ts";
import { type JobFollowing, resultOfJob } from "./job-result.ts";

export interface JobRunnerOptions
  extends Partial<Pick<JobPodOptions, "graceMs" | "deadlineMs" | "memoryBytes">>,
    Omit<JobPodOptions, "graceMs" | "deadlineMs" | "memoryBytes"> {
  readonly host: JobHost;
  /** How long a pod may take to start, in ms. */
  readonly startMs?: number;
}

const defaults = {
  graceMs: 10_000,
  deadlineMs: 3_600_000,
  startMs: 300_000,
  memoryBytes: MEMORY_BYTES,
};

/**
 * Runs Helm as a Job of a cluster. A Job outlives whoever began it: the next owner of the task takes it up again. Its
 * name is that of the task and its attempt, and only who has made it lets it begin.
 */
export function jobRunner(given: JobRunnerOptions): HelmRunner {
  const options = { ...defaults, ...given };
  return {
    async run(unchecked, run = {}) {
      const request = checkRequest(unchecked);
      if (run.signal?.aborted || run.killSignal?.aborted) return cancelledBeforeStart;
      const attributes = { "helm.command": request.command };
      return await inSpan(`helm job ${request.command}`, { attributes }, async () => {
        const job = await beginJob(request, { ...options, run });
        const result = await follow(job, options, { run, command: request.command });
        noteOnSpan({ "process.exit.code": result.exit ?? -1, "helm.cancelled": result.cancelled });
        return result;
      });
    },

    async resume(run) {
      const job = await findEarlier(options, run);
      if (job === undefined) return undefined;
      const earlier = { task: run.identity.task, attempt: attemptOf(job) };
      const linesKnown = (await run.onAttached?.(earlier)) ?? 0;
      return await follow(job, options, { run, linesKnown });
    },
  };
}

type Options = typeof defaults & JobRunnerOptions;

const cancelledBeforeStart: HelmResult = {
  exit: null,
  cancelled: true,
  answer: "",
  failure: "Helm was not started, because the run was cancelled before.",
};

interface Beginning extends Options {
  readonly run: RunOptions;
}

/** Makes the Job, then what belongs to it, then lets it begin: dying in between leaves nothing that runs or stays. */
async function beginJob(request: CheckedRequest, options: Beginning): Promise<HostedJob> {
  const { host, run } = options;
  const identity: JobIdentity = run.identity ?? { task: crypto.randomUUID(), attempt: 1 };
  try {
    const job = await host.createJob(helmJob(identity, request, options), run.killSignal);
    if (job === undefined) throw new NothingChanged(TAKEN);
    for (const [suffix, files] of Object.entries(runSecrets(request))) {
      await host.createSecret(secretOfJob(job, suffix, files), run.killSignal);
    }
    if (!(await host.beginJob(job, run.killSignal))) throw new NothingChanged(TAKEN);
    return job;
  } catch (cause) {
    run.killSignal?.throwIfAborted();
    if (cause instanceof NothingChanged) throw cause;
    // It may have been made, or even have begun: the next attempt finds it.
    throw new NothingChanged(`Helm could not be started as a Job: ${wordsOf(cause)}`, { cause });
  }
}

const TAKEN = "Another agent has taken this run over.";
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : "an unknown failure");

interface Run extends Pick<JobFollowing, "command" | "linesKnown"> {
  readonly run: RunOptions;
}

async function follow(job: HostedJob, options: Options, { run, ...more }: Run): Promise<HelmResult> {
  const { host } = options;
  try {
    return await resultOfJob({ ...options, ...more, job, run });
  } finally {
    // Who is told to let go leaves it to the next owner; what cannot be deleted now goes by itself after a while.
    if (!run.killSignal?.aborted) await host.deleteJob(job.name).catch(() => undefined);
  }
}

/**
 * The run of an earlier attempt that has begun. Every other earlier attempt is barred first: one that has made its Job
 * and not let it begin loses it, one that has not made it yet finds its name taken.
 */
async function findEarlier(
  options: Options,
  { identity, killSignal }: ResumeOptions,
): Promise<HostedJob | undefined> {
  const { host } = options;
  const { task, attempt } = identity;
  const isEarlier = (job: HostedJob) => attemptOf(job) < attempt;
  for (;;) {
    const found = (await host.listJobs({ [TASK_LABEL]: task }, killSignal)).filter(isEarlier);
    const names = new Set(found.map(({ name }) => name));
    const missing = Array.from({ length: attempt - 1 }, (_, index) => ({ task, attempt: index + 1 })).filter(
      (each) => !names.has(jobName(each)),
    );
    const barred = await Promise.all(
      missing.map((each) => host.createJob(barringJob(each, options), killSignal)),
    );
    // One that was made at the same moment is looked at again.
    if (barred.includes(undefined)) continue;
    const real = found.filter(({ labels }) => labels[BARRED_LABEL] === undefined);
    // One that was stopped is suspended, too, while its pod ends.
    const begun = real.filter(({ isSuspended, pods, end }) => !isSuspended || pods > 0 || end !== undefined);
    for (const job of real) if (!begun.includes(job)) await host.deleteJob(job.name, killSignal);
    return begun.sort((a, b) => attemptOf(b) - attemptOf(a))[0];
  }
}
