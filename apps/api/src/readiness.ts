import { type Database, schemaIsCurrent } from "@platz/db";
import { within } from "./within.ts";

/** What is missing for requests to be answered, in words; nothing when all is there. */
export type Readiness = () => Promise<readonly string[]>;

export interface ReadinessOptions {
  readonly db: Database;
  /** Whether changes of the database arrive as they happen. */
  readonly feed: { readonly isListening: boolean };
  /** Aborted when the process is asked to stop. */
  readonly draining: AbortSignal;
}

const TIMEOUT_MS = 2000;

/** Looks at the database afresh each time, for two seconds at most. Never rejects. */
export function createReadiness({ db, feed, draining }: ReadinessOptions): Readiness {
  return async () => {
    if (draining.aborted) return ["The process is stopping."];
    try {
      const isCurrent = await within(TIMEOUT_MS, schemaIsCurrent(db));
      if (!isCurrent) return ["The database is not migrated yet."];
      return feed.isListening ? [] : ["Changes of the database do not arrive."];
    } catch {
      return ["The database cannot be reached."];
    }
  };
}
