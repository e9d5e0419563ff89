import { type AuditEntryId, type AuditLinkKind, auditLinkKinds } from "@platz/domain";
import { bigint, index, text, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf, table } from "./table.ts";

/**
 * The audit log, chained: each link has a hash over what it is about and the hash before. An entry has one link; a denial
 * has another one when it is counted no more. Positions have no gaps.
 */
export const auditChain = table(
  "audit_chain",
  {
    position: bigint({ mode: "number" }).primaryKey(),
    kind: text().$type<AuditLinkKind>().notNull(),
    /** The entry that it is about; of a checkpoint none. */
    entryId: uuid().$type<AuditEntryId>(),
    /** What was chained, where it is not the entry itself. */
    content: text(),
    /** When it was chained. */
    at: instant().notNull(),
    /** The key of the hash, which only those have who can open what is sealed. */
    keyId: text().notNull(),
    hash: text().notNull(),
  },
  (t) => [
    index("audit_chain__entry").on(t.entryId),
    index("audit_chain__kind").on(t.kind, t.position),
    oneOf("audit_chain__kind_known", t.kind, auditLinkKinds),
  ],
);
