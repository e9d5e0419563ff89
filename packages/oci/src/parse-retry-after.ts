const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** `Retry-After` in ms, given as seconds or as a date (RFC 9110, 10.2.3); at most a day, `undefined` if unreadable. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header.trim()) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}
