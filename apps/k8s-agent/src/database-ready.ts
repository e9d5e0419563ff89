import { type Database, waitForSchema, warnOfPlainConnection } from "@platz/db";
import type { Logger } from "@platz/telemetry";

interface DatabaseWait {
  readonly log: Logger;
  readonly stopping: AbortSignal;
  /** Whether to say when the connection is plain. */
  readonly mayWarn: boolean;
}

/** Waits for the database and its schema, and says in the log what is to be known of the way to it. */
export async function databaseReady(db: Database, { log, stopping, mayWarn }: DatabaseWait): Promise<void> {
  await waitForSchema(db, {
    signal: stopping,
    onWaiting: () => log.info({}, "waiting for the database and its schema, which the API brings up to date"),
  });
  if (mayWarn && !stopping.aborted) await warnOfPlainConnection(db, log);
}
