import { RegistryError } from "./registry-error.ts";
import type { Exchange } from "./registry-transport.ts";

/** A registry may ask to be left alone for longer; it is asked again after this. */
const QUIET_MS_MAX = 300_000;

/** A registry that says for how long it wants to be left alone (RFC 9110, Retry-After) is asked nothing until then. */
export function keepQuiet(exchange: Exchange, domain: string): Exchange {
  let quietUntilMs = 0;
  return async (request, read) => {
    const quietMs = quietUntilMs - Date.now();
    if (quietMs > 0) throw rateLimited(domain, quietMs);
    try {
      return await exchange(request, read);
    } catch (error) {
      const askedMs = error instanceof RegistryError ? (error.retryAfterMs ?? 0) : 0;
      quietUntilMs = Math.max(quietUntilMs, Date.now() + Math.min(askedMs, QUIET_MS_MAX));
      throw error;
    }
  };
}

export function rateLimited(domain: string, retryAfterMs: number | undefined): RegistryError {
  const message = `The registry ${domain} is being asked too often; it is asked again later.`;
  return new RegistryError("rate-limited", message, { retryAfterMs });
}
