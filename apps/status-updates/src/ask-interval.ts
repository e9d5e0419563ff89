/** Far below what a timer can hold. */
const INTERVAL_MAX_MS = 24 * 60 * 60 * 1000;
/** One that keeps failing is still asked this often, unless its chart wants it less often anyway. */
const FAILING_MAX_MS = 2 * 60 * 1000;
const JITTER = 0.1;

interface Asked {
  /** How often the chart wants the deployment to be asked, in ms. */
  readonly refreshMs: number;
  /** How often it may be asked at most, in ms. */
  readonly intervalMinMs: number;
  /** How often it has failed in a row. */
  readonly failures: number;
  /** Between 0 and 1; spreads those that were asked together. */
  readonly random: number;
}

/** How long after a question the next one follows, in ms: one that fails again is asked half as often each time. */
export function askInterval({ refreshMs, intervalMinMs, failures, random }: Asked): number {
  const wantedMs = Math.min(Math.max(refreshMs, intervalMinMs), INTERVAL_MAX_MS);
  const failingMs = Math.min(wantedMs * 2 ** Math.max(failures - 1, 0), FAILING_MAX_MS);
  return Math.max(wantedMs, failingMs) * (1 + JITTER * random);
}
