import { createHmac } from "node:crypto";
import type { SigningKeys } from "@platz/auth";
import type { AuditLink } from "@platz/db/queries/audit-chain";

/** The hash before the first link of all. */
export const BEFORE_ALL = "";

const FORMAT = "platz-audit-1";

/** What a link is made of, besides its key. `content` is what it chains: the entry, a count, or a checkpoint. */
export interface LinkParts extends Pick<AuditLink, "position" | "kind" | "entryId" | "at"> {
  readonly content: string;
  readonly previous: string;
}

/** The hash of a link: HMAC-SHA-256, so that nobody makes one who has the database alone. */
export function linkHash(
  key: Uint8Array,
  { position, kind, entryId, at, content, previous }: LinkParts,
): string {
  const text = JSON.stringify([FORMAT, position, kind, entryId, at.toISOString(), content, previous]);
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** The key by which the log is chained now, and its name. */
export async function chainKey(
  keys: SigningKeys,
): Promise<{ readonly id: string; readonly key: Uint8Array }> {
  const { id, key } = await keys.current();
  return { id, key: bytesOf(key) };
}

/** A key that has chained something, if it is still there. */
export async function findChainKey(keys: SigningKeys, id: string): Promise<Uint8Array | undefined> {
  const key = await keys.find(id);
  return key && bytesOf(key);
}

function bytesOf(key: unknown): Uint8Array {
  if (key instanceof Uint8Array) return key;
  throw new Error("the key of the audit chain is of another kind");
}
