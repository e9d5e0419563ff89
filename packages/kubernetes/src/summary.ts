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
const Metadata = z.object({
  uid: z.uuid(),
  name: z.string().max(253),
  namespace: z.string().max(63),
  creationTimestamp: z.string().nullable().default(null).catch(null),
  generation: z.number().nullable().default(null).catch(null),
  labels: texts,
  annotations: texts,
});

/** An annotation may hold anything, up to 256 KiB: what is longer than this is of no use to a person. */
const ANNOTATION_CHARACTERS_MAX = 512;
const ANNOTATIONS_MAX = 50;

/** What is shown of a workload object; throws a `ZodError` for an object that makes no sense. */
export function summarizeWorkload(kind: WorkloadKind, object: unknown): WorkloadSummary {
  const { metadata } = z.object({ metadata: Metadata }).parse(object);
  const { uid, annotations, ...rest } = metadata;
  const kept = Object.entries(annotations)
    .filter(([, value]) => value.length <= ANNOTATION_CHARACTERS_MAX)
    .slice(0, ANNOTATIONS_MAX);
  return {
    uid,
    kind,
    apiVersion: kind === "Job" ? "batch/v1" : kind === "Pod" ? "v1" : "apps/v1",
    namespace: metadata.namespace,
    name: metadata.name,
    statusColor: statusColor(kind, object),
    metadata: { ...rest, annotations: Object.fromEntries(kept) },
  };
}

export function summarizeNamespace(object: unknown): Namespace {
  return RawNamespace.parse(object);
}
