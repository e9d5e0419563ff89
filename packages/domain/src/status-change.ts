import { z } from "zod";
import { DeploymentId, StatusChangeId } from "./ids.ts";

export const statusNoticeLevels = ["Info", "Warning", "Danger"] as const;

/**
 * That a deployment began to report something else: from then on this name and colour, or that nothing could be learnt
 * (`error`), or that it was not asked any more (neither). Metrics and the words of notices change without one.
 */
export const StatusChange = z.object({
  id: StatusChangeId,
  createdAt: z.date(),
  deploymentId: DeploymentId,
  name: z.string().nullable(),
  color: z.string().nullable(),
  error: z.string().nullable(),
  /** As they were then, the first few and shortened. */
  notices: z.array(z.object({ level: z.enum(statusNoticeLevels), text: z.string() })),
});
export type StatusChange = z.output<typeof StatusChange>;
