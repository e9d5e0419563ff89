import type { SigningKeys } from "@platz/auth";
import type { Queryable } from "@platz/db";
import {
  findLastCheckpoint,
  findLink,
  findUnlinkedEntry,
  type LinkToVerify,
  listLinksToVerify,
  readAuditHead,
} from "@platz/db/queries/audit-chain";
import type { AuditHead } from "@platz/domain";
import { readCheckpoint } from "./checkpoint.ts";
import { BEFORE_ALL, findChainKey, linkHash } from "./link-hash.ts";

/** A head as somebody has kept it. */
export type KeptHead = Pick<AuditHead, "position" | "hash">;

export interface Verified {
  /** The first thing that is not as it was, in a sentence; nothing: all is as it was. */
  readonly fault: string | undefined;
  /** How many links were looked at, and the positions of the first and the last one. */
  readonly links: number;
  readonly from: number;
  readonly head: AuditHead;
  /** Whether what was kept could be compared; absent when nothing was given. */
  readonly keptHead?: "compared" | "pruned";
}

const PAGE = 1000;

/**
 * Looks whether the audit log is as it was chained: nothing changed, removed, added or put into another order, from the
 * last checkpoint on. That its end was cut off shows only beside a head that was kept elsewhere. To be called in one
 * transaction that sees one state.
 */
export async function verifyAudit(db: Queryable, keys: SigningKeys, kept?: KeptHead): Promise<Verified> {
  const head = await readAuditHead(db);
  const checkpoint = await findLastCheckpoint(db);
  const start = checkpoint ? readCheckpoint(checkpoint.content) : { through: 0, hash: BEFORE_ALL };
  if (start === undefined) {
    const fault = `The checkpoint at position ${checkpoint?.position} was changed.`;
    return { fault, links: 0, from: 0, head };
  }
  const from = start.through + 1;
  const walk = new Walk(keys, from, start.hash);
  const fault =
    (await faultOnTheWay(db, walk)) ??
    (await faultBefore(db, from)) ??
    walk.unsealedCount() ??
    (await faultOfAdded(db)) ??
    (kept && (await faultOfHead(db, from, kept)));
  const compared = kept && { keptHead: kept.position < from ? ("pruned" as const) : ("compared" as const) };
  return { fault, links: walk.links, from, head, ...compared };
}

async function faultOnTheWay(db: Queryable, walk: Walk): Promise<string | undefined> {
  for (;;) {
    const links = await listLinksToVerify(db, walk.next, PAGE);
    for (const link of links) {
      const fault = await walk.faultOf(link);
      if (fault !== undefined) return fault;
    }
    if (links.length < PAGE) return undefined;
  }
}

/** Goes along the chain, link by link. */
class Walk {
  next: number;
  links = 0;
  #previous: string;
  readonly #keys: SigningKeys;
  /** Denials whose counting has ended, until the link comes that says how often they were. */
  readonly #uncounted = new Map<string, string>();

  constructor(keys: SigningKeys, next: number, previous: string) {
    this.#keys = keys;
    this.next = next;
    this.#previous = previous;
  }

  /** What is wrong with a link and what it is about; nothing when all is as it was, and then the next one is due. */
  async faultOf(link: LinkToVerify): Promise<string | undefined> {
    if (link.position !== this.next) return `What was chained at position ${this.next} was removed.`;
    const { entry, entryId, kind, at } = link;
    if (kind === "entry" && entry === null) {
      return `The entry ${entryId}, chained at position ${link.position} at ${at.toISOString()}, was removed.`;
    }
    const key = await findChainKey(this.#keys, link.keyId);
    if (key === undefined) {
      return `The key ${link.keyId} of position ${link.position} is not there: it was deleted, or the link was changed.`;
    }
    const content = (kind === "entry" ? entry?.content : link.content) ?? "";
    const hash = linkHash(key, { ...link, content, previous: this.#previous });
    if (hash !== link.hash) return `${subjectOf(link)} was changed.`;
    const fault = this.#faultOfCount(link);
    if (fault !== undefined) return fault;
    this.#previous = hash;
    this.next += 1;
    this.links += 1;
    return undefined;
  }

  #faultOfCount({ kind, entry, entryId, content, ...link }: LinkToVerify): string | undefined {
    if (entry === null || entryId === null) return undefined;
    if (kind === "entry") {
      if (!entry.isOpen && entry.isRepeated)
        this.#uncounted.set(entryId, subjectOf({ ...link, entry, entryId }));
      return undefined;
    }
    this.#uncounted.delete(entryId);
    if (content === entry.count && entry.isDenial && !entry.isOpen) return undefined;
    return `How often it was refused was changed: ${subjectOf({ ...link, entry, entryId })}`;
  }

  /** An entry that says it was repeated, which nothing has chained. */
  unsealedCount(): string | undefined {
    const [subject] = this.#uncounted.values();
    return subject && `How often it was refused was changed: ${subject}`;
  }
}

function subjectOf({
  position,
  entryId,
  entry,
}: Pick<LinkToVerify, "position" | "entryId" | "entry">): string {
  if (entry === null || entryId === null) return `What was chained at position ${position}`;
  return `The entry ${entryId} (${entry.label}), chained at position ${position},`;
}

/** What a checkpoint says was deleted is there again. */
async function faultBefore(db: Queryable, from: number): Promise<string | undefined> {
  const [first] = await listLinksToVerify(db, 0, 1);
  if (first === undefined || first.position >= from) return undefined;
  return `A link was added at position ${first.position}, before the checkpoint.`;
}

/** An entry says that it was chained, and was not. */
async function faultOfAdded(db: Queryable): Promise<string | undefined> {
  const added = await findUnlinkedEntry(db);
  return added && `The entry ${added.id} (${added.label}) was added.`;
}

async function faultOfHead(db: Queryable, from: number, kept: KeptHead): Promise<string | undefined> {
  if (kept.position < from) return undefined;
  const link = await findLink(db, kept.position);
  if (link === undefined) {
    return `The end was cut off: the chain does not reach position ${kept.position} any more, which the given head names.`;
  }
  if (link.hash === kept.hash) return undefined;
  return `The chain was made anew: position ${kept.position} has another hash than the given head.`;
}
