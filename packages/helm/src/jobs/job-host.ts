/** A Job, as far as it matters to a run. */
export interface HostedJob {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isSuspended: boolean;
  /** Pods of it that run, or are about to. */
  readonly pods: number;
  /** Whether it has completed or failed, and why, if it failed. */
  readonly end: { readonly reason: string | undefined } | undefined;
}

/** The pod of a Job. */
export interface HostedPod {
  readonly name: string;
  /** Its container runs, or has run: there is a log. */
  readonly hasStarted: boolean;
  /** How it ended: the container's exit status if there is one, and the cluster's word for it. */
  readonly end: { readonly exit: number | undefined; readonly reason: string | undefined } | undefined;
  /** What it waits for before it starts, in a sentence. */
  readonly waitsFor: string | undefined;
}

export interface JobWatcher {
  onJob(job: HostedJob): void;
  onJobGone(): void;
  /** Also with the last state of a pod that is gone. */
  onPod(pod: HostedPod): void;
  onPodGone(name: string): void;
}

/** One line of a container's log; no two have the same time. */
export interface PodLogLine {
  readonly at: string;
  readonly text: string;
}

/**
 * One namespace of a cluster in which Jobs are run. Every failure is an error whose message is a sentence for a person.
 */
export interface JobHost {
  /** Jobs with all of these labels. */
  listJobs(labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly HostedJob[]>;
  /** `undefined` when the name is taken. */
  createJob(manifest: object, signal?: AbortSignal): Promise<HostedJob | undefined>;
  createSecret(manifest: object, signal?: AbortSignal): Promise<void>;
  /** Lets a suspended Job begin; `false` when that very Job is gone. */
  beginJob(job: HostedJob, signal?: AbortSignal): Promise<boolean>;
  /** Stops the pods of a Job in good order. One that is gone is as good as stopped. */
  suspendJob(name: string, signal?: AbortSignal): Promise<void>;
  /** Deletes a Job with its pods; what it owns follows. One that is gone is as good as deleted. */
  deleteJob(name: string, signal?: AbortSignal): Promise<void>;
  /** Follows the Job and its pods, which have this label, until the signal ends it. Breaks are mended by itself. */
  watchJob(
    label: readonly [name: string, value: string],
    watcher: JobWatcher,
    signal: AbortSignal,
  ): Promise<void>;
  /** The log of a pod's container from a time on, until the container has ended. Throws when it breaks off. */
  podLog(pod: string, since: string | undefined, signal: AbortSignal): AsyncIterable<PodLogLine>;
}
