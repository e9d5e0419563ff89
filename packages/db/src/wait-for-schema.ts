import { setTimeout as delay } from "node:timers/promises";
import { schemaIsCurrent } from "./migrate.ts";
import type { Database } from "./open-database.ts";

const LOOK_AGAIN_MS = 500;

/**
 * Waits until the database can be reached and its schema is what this program knows; the API is who migrates it.
 * `onWaiting` is told once, if there is a wait at all. Never rejects: an aborted signal ends the wait too.
 */
export async function waitForSchema(
  db: Database,
  { signal, onWaiting }: { readonly signal: AbortSignal; onWaiting(): void },
): Promise<void> {
  for (let told = false; !signal.aborted; told = true) {
    if (await schemaIsCurrent(db).catch(() => false)) return;
    if (!told) onWaiting();
    await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}
