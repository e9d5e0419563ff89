import { NothingChanged } from "@platz/domain";
import { z } from "zod";
import type { ReleaseTarget } from "./find-release.ts";
import type { HelmRunner, RunOptions } from "./helm-runner.ts";

/** One revision in a release's history. */
export const ReleaseRevision = z.object({
  revision: z.int(),
  updated: z.string(),
  status: z.string(),
  chart: z.string(),
  description: z.string().default(""),
});
export type ReleaseRevision = z.output<typeof ReleaseRevision>;

/** A release's history, oldest first; empty if there is no such release. Throws `NothingChanged` if it cannot be read. */
export async function listRevisions(
  runner: HelmRunner,
  target: ReleaseTarget,
  options?: RunOptions,
): Promise<readonly ReleaseRevision[]> {
  const result = await runner.run({ command: "history", ...target }, options);
  if (result.failure === undefined) return z.array(ReleaseRevision).parse(JSON.parse(result.answer));
  options?.signal?.throwIfAborted();
  if (/release: not found$/.test(result.failure)) return [];
  throw new NothingChanged(`The release's history could not be read: ${result.failure}`);
}
