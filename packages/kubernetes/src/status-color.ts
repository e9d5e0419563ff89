import { z } from "zod";

/** More dots than this say nothing to a person. */
const COLORS_MAX = 100;

const count = z.number().catch(0).default(0);
const Counted = z.object({
  spec: z.object({ replicas: count }).prefault({}).catch({ replicas: 0 }),
  status: z
    .object({
      replicas: count,
      readyReplicas: count,
      availableReplicas: count,
      unavailableReplicas: count,
      active: count,
      succeeded: count,
      failed: count,
      phase: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
type Status = NonNullable<z.output<typeof Counted>["status"]>;

type Amounts = readonly (readonly [color: "Primary" | "Success" | "Danger" | "Warning", count: number])[];

const amounts: Readonly<Record<string, (status: Status) => Amounts>> = {
  Deployment: (status) => [
    ["Success", status.availableReplicas],
    ["Danger", status.unavailableReplicas],
  ],
  StatefulSet: (status) => [
    ["Success", status.readyReplicas],
    ["Danger", status.replicas - status.readyReplicas],
  ],
  Job: (status) => [
    ["Primary", status.active],
    ["Success", status.succeeded],
    ["Danger", status.failed],
  ],
  Pod: (status) => [[podColors[status.phase ?? ""] ?? "Warning", 1]],
};

const podColors: Readonly<Record<string, "Primary" | "Success" | "Danger" | "Warning">> = {
  Pending: "Primary",
  Running: "Success",
  Succeeded: "Success",
  Failed: "Danger",
};

/**
 * One colour per replica of a workload (workers spec 3.4), never a negative number of them and at most 100. An object
 * without a status, or with one that makes no sense, has none.
 */
export function statusColor(kind: string, object: unknown): string[] {
  const status = Counted.safeParse(object).data?.status;
  if (status === undefined) return [];
  const colors = (amounts[kind]?.(status) ?? []).flatMap(([color, number]) =>
    Array<string>(Math.min(Math.max(Math.floor(number), 0), COLORS_MAX)).fill(color),
  );
  return colors.slice(0, COLORS_MAX);
}
