import { z } from "zod";
import { type JobSummary, type PodSummary, summarizeJob, summarizePod } from "./job-summary.ts";
import type { ClusterConnection } from "./kubeconfig.ts";
import { isConflict, isNotFound, KubernetesError } from "./kubernetes-error.ts";
import { followPodLog } from "./pod-log.ts";
import { type ReflectorHandlers, reflect } from "./reflector.ts";
import { resourcePath } from "./resource-path.ts";
import { createTransport, type Transport } from "./transport.ts";

const JobList = z.object({ items: z.array(z.unknown()).nullable() });

export interface JobWatchHandlers {
  onJob(job: JobSummary): void;
  onJobGone(): void;
  onPod(pod: PodSummary): void;
  onPodGone(name: string): void;
}

/** The Jobs of one namespace, and what they need: Secrets, pods, logs. */
export class JobHost {
  readonly #transport: Transport;
  readonly #namespace: string;

  constructor(connection: ClusterConnection, namespace: string) {
    this.#transport = createTransport(connection);
    this.#namespace = namespace;
  }

  async listJobs(labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<JobSummary[]> {
    const selector = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const path = `${this.#jobs()}?labelSelector=${encodeURIComponent(selector.join(","))}`;
    const { items } = await this.#transport.json(JobList, { path, signal });
    return (items ?? []).map(summarizeJob);
  }

  /** `undefined` when the name is taken. */
  async createJob(manifest: object, signal?: AbortSignal): Promise<JobSummary | undefined> {
    try {
      const request = { method: "POST", path: this.#jobs(), body: manifest, signal } as const;
      return summarizeJob(await this.#transport.json(z.unknown(), request));
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  async createSecret(manifest: object, signal?: AbortSignal): Promise<void> {
    await this.#transport.send({ method: "POST", path: this.#core("secrets"), body: manifest, signal });
  }

  /** Lets a suspended Job begin; `false` when that very Job is gone. */
  async beginJob({ name, uid }: Pick<JobSummary, "name" | "uid">, signal?: AbortSignal): Promise<boolean> {
    const body = [
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "replace", path: "/spec/suspend", value: false },
    ];
    return await this.#patch(this.#jobs(name), body, { signal, contentType: "application/json-patch+json" });
  }

  /** Stops the pods of a Job in good order. */
  async suspendJob(name: string, signal?: AbortSignal): Promise<void> {
    await this.#patch(this.#jobs(name), { spec: { suspend: true } }, { signal });
  }

  /** Deletes a Job with its pods; what it owns follows. */
  async deleteJob(name: string, signal?: AbortSignal): Promise<void> {
    const path = `${this.#jobs(name)}?propagationPolicy=Background`;
    try {
      await this.#transport.send({ method: "DELETE", path, signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Follows the Job and the pods with a label until the signal ends it. Breaks are mended by itself. */
  async watchJob(
    [label, value]: readonly [name: string, value: string],
    handlers: JobWatchHandlers,
    signal: AbortSignal,
  ): Promise<void> {
    const common = { transport: this.#transport, signal, labelSelector: `${label}=${value}` };
    await Promise.all([
      reflect<JobSummary>({
        ...common,
        path: this.#jobs(),
        summarize: summarizeJob,
        handlers: {
          ...quiet,
          onUpsert: (job) => handlers.onJob(job),
          onDelete: () => handlers.onJobGone(),
          onSynced: (uids) => {
            if (uids.size === 0) handlers.onJobGone();
          },
        },
      }),
      reflect<PodSummary>({
        ...common,
        path: this.#core("pods"),
        summarize: summarizePod,
        handlers: podHandlers(handlers),
      }),
    ]);
  }

  /** The log of a pod's container from a time on, until the container has ended. Throws when it breaks off. */
  podLog(pod: string, since: string | undefined, signal: AbortSignal) {
    return followPodLog(this.#transport, { namespace: this.#namespace, pod, since, signal });
  }

  #jobs(name?: string): string {
    const object = name === undefined ? {} : { name };
    return resourcePath({ api: "apis/batch/v1", namespace: this.#namespace, collection: "jobs", ...object });
  }

  #core(collection: string, name?: string): string {
    const object = name === undefined ? {} : { name };
    return resourcePath({ api: "api/v1", namespace: this.#namespace, collection, ...object });
  }

  /** Whether it was there, and what was to be changed. */
  async #patch(
    path: string,
    body: object,
    { signal, contentType = "application/merge-patch+json" }: Patching,
  ): Promise<boolean> {
    try {
      await this.#transport.send({ method: "PATCH", path, contentType, body, signal });
      return true;
    } catch (error) {
      // 422: a test in the patch says that it is another one.
      const isOther = error instanceof KubernetesError && error.code === 422;
      if (isOther || isNotFound(error)) return false;
      throw error;
    }
  }
}

interface Patching {
  readonly signal: AbortSignal | undefined;
  readonly contentType?: string;
}

/** A pod that is gone is told with its last state: how it ended may have been seen by nobody before. */
function podHandlers(handlers: JobWatchHandlers): ReflectorHandlers<PodSummary> {
  const names = new Map<string, string>();
  const gone = (uid: string, name: string) => {
    names.delete(uid);
    handlers.onPodGone(name);
  };
  return {
    ...quiet,
    onUpsert(pod) {
      names.set(pod.uid, pod.name);
      handlers.onPod(pod);
    },
    onDelete(pod) {
      handlers.onPod(pod);
      gone(pod.uid, pod.name);
    },
    onSynced(uids) {
      for (const [uid, name] of names) if (!uids.has(uid)) gone(uid, name);
    },
  };
}

/** A watch that breaks is begun again by itself, and nobody waits for its words. */
const quiet = { onConnected: () => {}, onProblem: () => {}, onError: () => {} };
