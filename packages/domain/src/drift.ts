import { z } from "zod";

/**
 * How what is live can differ from what Platz applied last: the release is gone, somebody else has made a revision of it,
 * or workloads of it are not as its manifest states.
 */
export const driftKinds = ["ReleaseGone", "ReleaseChanged", "WorkloadChanged"] as const;

/** Something was done to a deployment on its cluster past Platz. A Reinstall puts it right. */
export const Drift = z.object({
  kind: z.enum(driftKinds),
  /** What is different, a sentence each, and what to do about it. */
  what: z.array(z.string()),
  /** When it was seen first, by ISO 8601. */
  since: z.iso.datetime(),
});
export type Drift = z.output<typeof Drift>;
