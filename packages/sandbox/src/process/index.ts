import type { Jobs } from "../jobs/index.ts";
import type { Sandbox } from "../sandbox.ts";
import { type PoolLimits, standardLimits } from "./limits.ts";
import { ProcessPool } from "./process-pool.ts";

export type { PoolLimits };

/** A sandbox of processes, until disposed. Nothing is started before the first job. */
export function openSandbox(limits: Partial<PoolLimits> = {}): Sandbox<Jobs> & AsyncDisposable {
  const place = { module: new URL("../jobs/index.ts", import.meta.url), exported: "jobs" };
  return new ProcessPool<Jobs>(place, { ...standardLimits, ...limits });
}
