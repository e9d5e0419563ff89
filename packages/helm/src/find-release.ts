import { NothingChanged } from "@platz/domain";
import { z } from "zod";
import type { HelmRunner, RunOptions } from "./helm-runner.ts";

/** The newest revision of a release, as Helm recorded it. `labels` holds what the install was labelled with. */
export const ReleaseMetadata = z.object({
  name: z.string(),
  namespace: z.string(),
  revision: z.int(),
  /** `deployed`, `failed`, `pending-install`, `pending-upgrade`, `uninstalling`, `superseded`, … */
  status: z.string(),
  chart: z.string(),
  version: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});
export type ReleaseMetadata = z.output<typeof ReleaseMetadata>;

export interface ReleaseTarget {
  readonly kubeconfig: string;
  readonly release: string;
  readonly namespace: string;
}

/**
 * What the cluster knows of a release; `undefined` if there is none. Throws `NothingChanged`, with Helm's own message,
 * when that cannot be found out now.
 */
export async function findRelease(
  runner: HelmRunner,
  target: ReleaseTarget,
  options?: RunOptions,
): Promise<ReleaseMetadata | undefined> {
  const result = await runner.run({ command: "get-metadata", ...target }, options);
  if (result.failure === undefined) return ReleaseMetadata.parse(JSON.parse(result.answer));
  options?.signal?.throwIfAborted();
  if (/release: not found$/.test(result.failure)) return undefined;
  throw new NothingChanged(`The release could not be looked up: ${result.failure}`);
}
