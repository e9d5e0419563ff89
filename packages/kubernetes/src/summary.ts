import { z } from "zod";
import { type Namespace, RawNamespace } from "./namespaces.ts";
import { statusColor } from "./status-color.ts";

/** The workloads that are tracked, by kind. */
export const workloadKinds = ["Deployment", "StatefulSet", "Job", "Pod"] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

/** What is shown of a workload. */
export interface WorkloadSummary {
  readonly uid: string;
  readonly kind: WorkloadKind;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly statusColor: readonly string[];
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly creationTimestamp: string | null;
    readonly generation: number | null;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

const texts = z.record(z.string(), z.string()).default({}).catch({});
const Workload = z.object({
  metadata: z.object({
    uid: z.uuid(),
    name: z.string().max(253),
    namespace: z.string().max(63),
    creationTimestamp: z.string().max(64).nullable().default(null).catch(null),
    generation: z.number().nullable().default(null).catch(null),
    labels: texts,
    annotations: texts,
  }),
});

/** An annotation may hold anything, up to 256 KiB: what is longer than this is of no use to a person. */
const TEXT_CHARACTERS_MAX = 512;
const ENTRIES_MAX = 50;
/** A copy of the whole object as somebody applied it, values that may be secret included. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const apiVersions: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  Job: "batch/v1",
  Pod: "v1",
};

/** What is shown of a workload object; throws a `ZodError` for an object that makes no sense. */
export function summarizeWorkload(kind: WorkloadKind, object: unknown): WorkloadSummary {
  const { uid, name, namespace, ...rest } = Workload.parse(object).metadata;
  return {
    uid,
    kind,
    apiVersion: apiVersions[kind],
    namespace,
    name,
    statusColor: statusColor(kind, object),
    metadata: {
      ...rest,
      name,
      namespace,
      labels: bounded(rest.labels),
      annotations: bounded(rest.annotations),
    },
  };
}

/** Few and short ones are all there are, nearly always. */
function bounded(entries: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.entries(entries).filter(
    ([key, value]) =>
      key !== LAST_APPLIED && key.length <= TEXT_CHARACTERS_MAX && value.length <= TEXT_CHARACTERS_MAX,
  );
  return Object.fromEntries(kept.slice(0, ENTRIES_MAX));
}

export function summarizeNamespace(object: unknown): Namespace {
  return RawNamespace.parse(object);
}
