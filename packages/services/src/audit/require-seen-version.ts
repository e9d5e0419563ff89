import { listChangesSince } from "@platz/db/queries/audit-log";
import { Conflict } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { instantText } from "../instant-text.ts";

/** A row that somebody wants to change, as it is now. */
interface Versioned {
  readonly id: string;
  readonly version: number;
  /** The thing in words, as the subject of a sentence: `The env Staging`. */
  readonly label: string;
}

/**
 * Refuses an edit that is based on an older version than the saved one, and says who changed what in between (W-30).
 * Call it with the row locked.
 */
export async function requireSeenVersion(
  { db }: Pick<ServiceContext, "db">,
  { id, version, label }: Versioned,
  seen: number,
): Promise<void> {
  if (seen === version) return;
  const changes = await listChangesSince(db, { entityId: id, version: seen });
  const who = changes.map(({ actorLabel, createdAt, changes }) => {
    const fields = Object.keys(changes ?? {}).join(", ");
    return `${actorLabel} changed ${fields || "it"} at ${instantText(createdAt)}`;
  });
  throw new Conflict(
    `${label} was changed since you opened it${who.length > 0 ? ` (${who.join("; ")})` : ""}: reload it and make your change again.`,
  );
}
