import { RegistryError } from "@platz/oci";
import { backoff, sleep } from "@platz/worker";
import type { OutageLog } from "../outage-log.ts";

export interface LookAgainOptions {
  readonly intervalMs: number;
  readonly outage: OutageLog;
  readonly signal: AbortSignal;
}

/** Looks again and again until the signal. While that fails it waits longer and longer, and as long as it is told to. */
export async function lookAgain(
  look: () => Promise<void>,
  { intervalMs, outage, signal }: LookAgainOptions,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    let waitMs = intervalMs;
    try {
      await look();
      outage.worked();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      outage.failed(error);
      failures += 1;
      waitMs = Math.max(waitAfter(error), backoff(failures, { firstMs: 1000, maxMs: 30_000 }));
    }
    await sleep(waitMs, signal);
  }
}

function waitAfter(error: unknown): number {
  return error instanceof RegistryError ? Math.min(error.retryAfterMs ?? 0, 300_000) : 0;
}
