import type { Logger } from "@platz/telemetry";
import { backoff, sleep } from "@platz/worker";

/**
 * Migrates the database, and keeps trying while that fails, until told to stop: the database may come up after us.
 * Never rejects.
 */
export async function migrateUntilDone(
  migrate: () => Promise<void>,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      await migrate();
      log.info("the database is migrated");
      return;
    } catch (error) {
      failures += 1;
      const waitMs = backoff(failures, { firstMs: 500, maxMs: 10_000 });
      log.warn({ error, failures, waitMs }, "the database cannot be migrated now; trying again");
      await sleep(waitMs, signal);
    }
  }
}
