import { expect } from "bun:test";
import { createSigningKeys } from "@platz/auth";
import type { Database } from "@platz/db";
import { auditChain, auditLog } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import { createKeyRing } from "@platz/sealing";
import { eq, sql } from "drizzle-orm";
import type { ServiceDatabase } from "../../../context.ts";
import { signingKeyStore } from "../../../identity/signing-key-store.ts";
import { chainAuditLog } from "../chain-log.ts";
import { type KeptHead, verifyAudit } from "../verify.ts";

export const now = () => new Date();
const keyring = createKeyRing(`test:${btoa("k".repeat(32))}`);

export const keysOf = (db: ServiceDatabase) =>
  createSigningKeys(signingKeyStore({ db, keyring, now }, "audit"));

/** A database with an audit log, and what is done to it. */
export async function createAuditWorld() {
  const db = await createTestDatabase();

  /** Entries that somebody made, by one statement each or by one for all. */
  const write = async (count: number, at = "now()", by: Pick<Database, "execute"> = db) => {
    await by.execute(
      sql`insert into audit_log (actor_label, action, outcome, changes, created_at)
          select 'somebody', 'a' || n, 'Done', jsonb_build_object('name', jsonb_build_object('before', null, 'after', n)),
            ${sql.raw(at)} from generate_series(1, ${count}::int) n`,
    );
  };

  const chain = async (by: ServiceDatabase = db, keys = keysOf(by)) => {
    while ((await chainAuditLog({ db: by, keys, now })) === "more");
  };

  const verify = (head?: KeptHead) => db.transaction((db) => verifyAudit(db, keysOf(db), head));
  const faultOf = async (head?: KeptHead) => (await verify(head)).fault;

  /** Positions with the action of their entries, in the order of the chain. */
  async function chained(): Promise<(string | null)[]> {
    const rows = await db
      .select({ action: auditLog.action })
      .from(auditChain)
      .leftJoin(auditLog, eq(auditLog.id, auditChain.entryId))
      .orderBy(auditChain.position);
    return rows.map(({ action }) => action);
  }

  /** A log of twenty entries and the one of the key, chained. */
  async function chainedLog(): Promise<KeptHead> {
    await write(20);
    await chain();
    await chain();
    const { fault, links, head } = await verify();
    expect([fault, links, head.position, head.waiting]).toEqual([undefined, 21, 21, 0]);
    return head;
  }

  const entryAt = async (position: number) => {
    const [link] = await db.select().from(auditChain).where(eq(auditChain.position, position));
    return link?.entryId ?? "";
  };

  return {
    ...{ db, write, chain, verify, faultOf, chained, chainedLog, entryAt },
    empty: () => db.execute(sql`truncate audit_log, audit_chain, signing_keys`),
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}
