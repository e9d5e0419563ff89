import { type Database, schemaIsCurrent } from "@platz/db";
import { within } from "./within.ts";

/** What is missing for requests to be answered, in words; nothing when all is there. */
export type Readiness = () => Promise<readonly string[]>;

const TIMEOUT_MS = 2000;

/** Looks at the database afresh each time, for two seconds at most. Never rejects. */
export function createReadiness(db: Database): Readiness {
  return async () => {
    try {
      const isCurrent = await within(TIMEOUT_MS, schemaIsCurrent(db));
      return isCurrent ? [] : ["The database is not migrated yet."];
    } catch {
      return ["The database cannot be reached."];
    }
  };
}
