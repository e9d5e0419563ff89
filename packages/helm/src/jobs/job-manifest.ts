import { helmArguments, runFiles } from "../helm-arguments.ts";
import { helmEnvironment } from "../helm-environment.ts";
import type { CheckedRequest } from "../helm-request.ts";
import type { HostedJob } from "./job-host.ts";

/** How the pods of runs are made. */
export interface JobPodOptions {
  /** An image with `helm` 4 on its path. */
  readonly image: string;
  readonly serviceAccountName?: string | undefined;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  /** What one run may take, in bytes; `resources` may say otherwise. */
  readonly memoryBytes: number;
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>> | undefined;
    readonly requests?: Readonly<Record<string, string>> | undefined;
  };
  /** Between asking Helm to stop and killing it, in ms. */
  readonly graceMs: number;
  /** How long a run may last that nobody looks after, in ms. */
  readonly deadlineMs: number;
}

/** A run, as its Job is known. */
export interface JobIdentity {
  readonly task: string;
  readonly attempt: number;
}

export const RUN_LABEL = "platz-run";
export const TASK_LABEL = "platz-task";
/** On the Job of an attempt that must never run. */
export const BARRED_LABEL = "platz-barred";
const ATTEMPT_LABEL = "platz-attempt";

/** Kept for an hour after their end, where nobody came to delete them. */
const KEPT_SECONDS = 3_600;
/** Where the files of a run are, and where Helm may write. */
const FILES = "/platz/run";
const HOME = "/platz/home";

export const jobName = ({ task, attempt }: JobIdentity) => `helm-${task}-${attempt}`;
export const attemptOf = ({ labels }: Pick<HostedJob, "labels">) => Number(labels[ATTEMPT_LABEL] ?? 0);

const labelsOf = (identity: JobIdentity) => ({
  "app.kubernetes.io/managed-by": "platz",
  [RUN_LABEL]: jobName(identity),
  [TASK_LABEL]: identity.task,
  [ATTEMPT_LABEL]: String(identity.attempt),
});

/** A Job that takes the name of an attempt and is over as soon as it is made: the attempt can never run. */
export function barringJob(identity: JobIdentity, { image }: Pick<JobPodOptions, "image">): object {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName(identity), labels: { ...labelsOf(identity), [BARRED_LABEL]: "yes" } },
    spec: {
      completions: 0,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "nothing", image }] } },
    },
  };
}

/** The Job of a run. It is made suspended: its Secrets belong to it, and come after it. */
export function helmJob(
  identity: JobIdentity,
  request: CheckedRequest,
  { image, nodeSelector, tolerations, serviceAccountName, graceMs, deadlineMs, ...pod }: JobPodOptions,
): object {
  const labels = labelsOf(identity);
  const name = jobName(identity);
  const sources = Object.keys(runSecrets(request)).map((suffix) => ({ secret: { name: name + suffix } }));
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: {
      suspend: true,
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(deadlineMs / 1000),
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: Math.ceil(graceMs / 1000),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
          nodeSelector: nodeSelector ?? {},
          tolerations: tolerations ?? [],
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65_532,
            runAsGroup: 65_532,
            fsGroup: 65_532,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "helm",
              image,
              command: ["helm", ...helmArguments(request)],
              workingDir: sources.length === 0 ? HOME : FILES,
              env: Object.entries(
                helmEnvironment({ files: FILES, home: HOME, memoryBytes: pod.memoryBytes }),
              ).map(([key, value]) => ({
                name: key,
                value,
              })),
              resources: resourcesOf(pod),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [
                { name: "home", mountPath: HOME },
                ...(sources.length === 0 ? [] : [{ name: "files", mountPath: FILES, readOnly: true }]),
              ],
            },
          ],
          volumes: [
            { name: "home", emptyDir: {} },
            ...(sources.length === 0 ? [] : [{ name: "files", projected: { sources, defaultMode: 0o440 } }]),
          ],
        },
      },
    },
  };
}

/** Without a request of its own a container requests its limit, which few runs come near. */
const REQUEST = "128Mi";

function resourcesOf({
  memoryBytes,
  resources: given = {},
}: Pick<JobPodOptions, "memoryBytes" | "resources">): object {
  // Another limit may be less than this request.
  const request = given.limits?.["memory"] === undefined ? { memory: REQUEST } : {};
  return {
    ...given,
    limits: { memory: String(memoryBytes), ...given.limits },
    requests: { ...request, ...given.requests },
  };
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/**
 * What a run's Secrets hold, by the end of their names: one for the chart and one for the rest, because each may be as
 * large as Kubernetes allows.
 */
export function runSecrets(request: CheckedRequest): Readonly<Record<string, Files>> {
  if (!("kubeconfig" in request || "chartArchive" in request)) return {};
  const files: Record<string, string | Uint8Array> = {};
  if ("kubeconfig" in request) files[runFiles.kubeconfig] = request.kubeconfig;
  if (!("chartArchive" in request)) return { "": files };
  for (const [index, document] of request.values.entries()) files[runFiles.values(index)] = document;
  return { "": files, "-chart": { [runFiles.chart]: request.chartArchive } };
}

/** A Secret that goes when its Job goes. */
export function secretOfJob(job: HostedJob, suffix: string, files: Files): object {
  const data = Object.entries(files).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      name: job.name + suffix,
      labels: job.labels,
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: job.name, uid: job.uid }],
    },
    data: Object.fromEntries(data),
  };
}
