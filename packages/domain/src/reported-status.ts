import { z } from "zod";
import { Json } from "./json.ts";

/**
 * The last answer of a deployment's status endpoint (workers spec 6.2). `content` is the status document when the
 * answer was good, else `null`, and `error` says in one sentence what was wrong.
 */
export const ReportedStatus = z.object({
  timestamp: z.iso.datetime(),
  get_successful: z.boolean(),
  content: Json.nullable(),
  error: z.string().nullable(),
});
export type ReportedStatus = z.output<typeof ReportedStatus>;
