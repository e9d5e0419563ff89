import type { SigningKeys } from "@platz/auth";
import type { Queryable } from "@platz/db";
import {
  type AuditLink,
  closeCountedDenials,
  findLastLink,
  insertLinks,
  listUnchainedEntries,
  tryAuditChainTurn,
} from "@platz/db/queries/audit-chain";
import type { ServiceDatabase } from "../../context.ts";
import { BEFORE_ALL, chainKey, type LinkParts, linkHash } from "./link-hash.ts";

/** How many links one transaction makes: so those who wait for a connection wait for little. */
const BATCH = 500;

export interface ChainDependencies {
  readonly db: ServiceDatabase;
  readonly keys: SigningKeys;
  now(): Date;
}

/**
 * Chains entries of the audit log that have been committed since, and how often denials were repeated whose hour is over.
 * One process at a time: so links become visible in their order, whatever the order in which the transactions of the
 * entries began. `"other"`: another process is just doing it; `"more"`: there was too much for once.
 */
export async function chainAuditLog({ db, keys, now }: ChainDependencies): Promise<"all" | "more" | "other"> {
  const key = await chainKey(keys);
  return await db.transaction(async (db) => {
    if (!(await tryAuditChainTurn(db))) return "other";
    const entries = await listUnchainedEntries(db, BATCH);
    const counts = await closeCountedDenials(db, BATCH);
    const parts = [
      ...entries.map((entry) => ({ ...entry, kind: "entry" as const })),
      ...counts.map((count) => ({ ...count, kind: "count" as const })),
    ];
    await appendLinks(db, { key, at: now(), parts });
    return entries.length === BATCH || counts.length === BATCH ? "more" : "all";
  });
}

interface Appended {
  readonly key: Awaited<ReturnType<typeof chainKey>>;
  readonly at: Date;
  readonly parts: readonly Pick<LinkParts, "kind" | "entryId" | "content">[];
}

/** Adds links to the end of the chain. To be called by whoever has the turn. */
export async function appendLinks(db: Queryable, { key, at, parts }: Appended): Promise<void> {
  if (parts.length === 0) return;
  const last = await findLastLink(db);
  let { position, hash } = last ?? { position: 0, hash: BEFORE_ALL };
  const links = parts.map(({ kind, entryId, content }): AuditLink => {
    position += 1;
    hash = linkHash(key.key, { position, kind, entryId, at, content, previous: hash });
    return { position, kind, entryId, content: kind === "entry" ? null : content, at, keyId: key.id, hash };
  });
  await insertLinks(db, links);
}
