import type { Queryable } from "@platz/db";
import {
  awaitAuditChainTurn,
  deleteLinksThrough,
  listOldestLinks,
  type OldestLink,
} from "@platz/db/queries/audit-chain";
import { insertAuditEntry } from "@platz/db/queries/audit-log";
import { actorFields, platzItself } from "../actor-fields.ts";
import { nothingDone } from "../record-denial.ts";
import { appendLinks, type ChainDependencies } from "./chain-log.ts";
import { checkpointText } from "./checkpoint.ts";
import { chainKey } from "./link-hash.ts";

const BATCH = 2000;

/**
 * Deletes the entries of the audit log from before an instant, as far as they are chained, in pieces that each leave a
 * checkpoint, from which the rest can be verified, and an entry that says how much was deleted. Says how many entries
 * that were.
 */
export async function pruneAudit(dependencies: ChainDependencies, before: Date): Promise<number> {
  for (let deleted = 0; ; ) {
    const piece = await prunePiece(dependencies, before);
    if (piece === 0) return deleted;
    deleted += piece;
  }
}

async function prunePiece({ db, keys, now }: ChainDependencies, before: Date): Promise<number> {
  const key = await chainKey(keys);
  return await db.transaction(async (db) => {
    await awaitAuditChainTurn(db);
    const last = lastOld(await listOldestLinks(db, before, BATCH));
    if (last === undefined) return 0;
    // Before the rest is deleted, so that there always is a last link to go on from.
    const content = checkpointText({ through: last.position, hash: last.hash });
    await appendLinks(db, { key, at: now(), parts: [{ kind: "checkpoint", entryId: null, content }] });
    const deleted = await deleteLinksThrough(db, last.position);
    await noteDeleted(db, `${deleted} entries from before ${before.toISOString()} were deleted.`);
    return deleted;
  });
}

/** Where the old part ends; nothing when it holds no entry, so that checkpoints do not make each other. */
function lastOld(links: readonly OldestLink[]): OldestLink | undefined {
  const young = links.findIndex(({ isOld }) => !isOld);
  const old = young === -1 ? links : links.slice(0, young);
  return old.some(({ kind }) => kind === "entry") ? old.at(-1) : undefined;
}

async function noteDeleted(db: Queryable, reason: string): Promise<void> {
  const actor = actorFields(platzItself(db, "Platz (operator)", "audit.prune"));
  await insertAuditEntry(db, { ...actor, ...nothingDone, outcome: "Done", reason });
}
