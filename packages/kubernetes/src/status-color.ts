import { z } from "zod";

type Color = "Primary" | "Success" | "Danger" | "Warning";
type Amounts = readonly (readonly [color: Color, count: number])[];

/** More dots than this say nothing to a person. */
const COLORS_MAX = 100;
/** More replicas than any cluster runs; keeps sums of absurd numbers finite. */
const COUNT_MAX = 1_000_000;

/**
 * One colour per replica of a workload (workers spec 3.4), never a negative number of them and at most 100; of more
 * replicas than that the proportions are shown, and each colour at least once. An object without a status, or with one
 * that makes no sense, has none.
 */
export function statusColor(kind: string, object: unknown): string[] {
  const status = Counted.safeParse(object).data?.status;
  const found = status === undefined ? [] : (amounts[kind]?.(status) ?? []);
  const shown = found
    .map(([color, number]) => [color, Math.min(Math.max(Math.floor(number), 0), COUNT_MAX)] as const)
    .filter(([, number]) => number > 0);
  const total = shown.reduce((sum, [, number]) => sum + number, 0);
  if (total <= COLORS_MAX) return dots(shown);
  const share = (COLORS_MAX - shown.length) / total;
  return dots(shown.map(([color, number]) => [color, 1 + Math.floor(number * share)] as const));
}

const dots = (shown: Amounts): string[] =>
  shown.flatMap(([color, number]) => Array<string>(number).fill(color));

const count = z.number().default(0).catch(0);
const Counted = z.object({
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
      conditions: z
        .array(z.object({ type: z.string(), status: z.string() }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
type Status = NonNullable<z.output<typeof Counted>["status"]>;

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
  Pod: (status) => [[podColor(status), 1]],
};

/** A pod that runs and is not ready (it is starting, or crashes again and again) is no success yet. */
function podColor({ phase, conditions }: Status): Color {
  const isUnready = conditions?.some(({ type, status }) => type === "Ready" && status !== "True") ?? false;
  if (phase === "Running" && isUnready) return "Warning";
  return podColors[phase ?? ""] ?? "Warning";
}

const podColors: Readonly<Record<string, Color>> = {
  Pending: "Primary",
  Running: "Success",
  Succeeded: "Success",
  Failed: "Danger",
};
