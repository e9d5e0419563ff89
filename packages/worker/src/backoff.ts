/**
 * How long to wait after so many failures in a row: doubling from `firstMs` up to `maxMs`, of which a random half is
 * taken off, so that those who failed together do not come back together.
 */
export function backoff(
  failures: number,
  bounds: { readonly firstMs: number; readonly maxMs: number },
  random: () => number = Math.random,
): number {
  const full = Math.min(bounds.maxMs, bounds.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - random() / 2));
}
