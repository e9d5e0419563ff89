import { z } from "zod";

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
const conditions = z.array(Condition).default([]);
const count = z.number().default(0);

const RawJob = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ suspend: z.boolean().default(false) }),
  status: z.object({ active: count, terminating: count, conditions }).prefault({}),
});

/** What is known of a Job. */
export interface JobSummary {
  readonly uid: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isSuspended: boolean;
  readonly pods: number;
  readonly end: { readonly reason: string | undefined } | undefined;
}

export function summarizeJob(object: unknown): JobSummary {
  const { metadata, spec, status } = RawJob.parse(object);
  const ended = status.conditions.find(
    (each) => each.status === "True" && (each.type === "Complete" || each.type === "Failed"),
  );
  return {
    uid: metadata.uid,
    name: metadata.name,
    labels: metadata.labels,
    isSuspended: spec.suspend,
    pods: status.active + status.terminating,
    end: ended && { reason: ended.type === "Failed" ? (ended.message ?? ended.reason) : undefined },
  };
}

const Waiting = z.object({ reason: z.string().default("Waiting"), message: z.string().optional() });
const RawPod = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  status: z
    .object({
      phase: z.string().default("Pending"),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions,
      containerStatuses: z
        .array(
          z.object({
            state: z
              .object({
                waiting: Waiting.optional(),
                running: z.unknown().optional(),
                terminated: z.object({ exitCode: z.number(), reason: z.string().optional() }).optional(),
              })
              .default({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

/** What is known of a pod with one container. */
export interface PodSummary {
  readonly uid: string;
  readonly name: string;
  readonly hasStarted: boolean;
  readonly end: { readonly exit: number | undefined; readonly reason: string | undefined } | undefined;
  readonly waitsFor: string | undefined;
}

export function summarizePod(object: unknown): PodSummary {
  const { metadata, status } = RawPod.parse(object);
  const { terminated, running, waiting } = status.containerStatuses[0]?.state ?? {};
  const hasEnded = status.phase === "Succeeded" || status.phase === "Failed" || terminated !== undefined;
  const unscheduled = status.conditions.find(
    ({ type, status: said }) => type === "PodScheduled" && said === "False",
  );
  return {
    uid: metadata.uid,
    name: metadata.name,
    hasStarted: running !== undefined || terminated !== undefined,
    end: hasEnded ? { exit: terminated?.exitCode, reason: status.reason ?? terminated?.reason } : undefined,
    waitsFor: wordsOf(waiting ?? unscheduled),
  };
}

const WORDS_CHARACTERS_MAX = 300;

function wordsOf(said: { reason?: string | undefined; message?: string | undefined } | undefined) {
  if (said === undefined) return undefined;
  const words = [said.reason, said.message].filter((part) => part !== undefined).join(": ");
  return words.slice(0, WORDS_CHARACTERS_MAX);
}
