import {
  type AuditEntryId,
  type AuditOutcome,
  auditOutcomes,
  type EnvId,
  type FieldChanges,
  type Identity,
} from "@platz/domain";
import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, oneOf, primaryId, table } from "./table.ts";

/**
 * Who changed what, and who was refused. Ids are plain: an entry outlives everything that it speaks of. Written in the
 * transaction of the change itself.
 */
export const auditLog = table(
  "audit_log",
  {
    id: primaryId<AuditEntryId>(),
    seq: bigint({ mode: "number" }).generatedAlwaysAsIdentity(),
    createdAt: createdAt(),
    /** `null`: nobody had proved who they are, or the system itself acted. */
    actorKind: text().$type<Identity["kind"]>(),
    actorId: uuid(),
    actorLabel: text().notNull(),
    /** The procedure, as `deployments.update`. */
    action: text().notNull(),
    outcome: text().$type<AuditOutcome>().notNull(),
    /** The kind of thing, by its table's name. */
    entity: text(),
    entityId: uuid(),
    entityLabel: text(),
    envId: uuid().$type<EnvId>(),
    /** The row version that the change made. */
    version: integer(),
    /** Fields by name, each with what was and what is; secrets are never among the values. */
    changes: jsonb().$type<FieldChanges>(),
    reason: text(),
    requestId: text(),
    address: text(),
    /** How often it happened: equal denials of one hour are one row. */
    count: integer().notNull().default(1),
    /** When it happened last, if more than once. */
    lastAt: instant(),
    /** Of a denial that is still counted: whose it is and in which hour, and what makes two of them equal. */
    openFor: text(),
    openKey: text(),
    /** Where it stands in the chain; `null`: it waits for that. */
    chainPosition: bigint({ mode: "number" }),
  },
  (t) => [
    index("audit_log__newest").on(t.seq.desc().nullsFirst()),
    index("audit_log__env").on(t.envId, t.seq.desc().nullsFirst()),
    index("audit_log__entity").on(t.entityId, t.seq.desc().nullsFirst()),
    index("audit_log__actor").on(t.actorId, t.seq.desc().nullsFirst()),
    index("audit_log__created").on(t.createdAt),
    index("audit_log__unchained").on(t.seq).where(sql`${t.chainPosition} is null`),
    uniqueIndex("audit_log__open").on(t.openFor, t.openKey).where(sql`${t.openFor} is not null`),
    oneOf("audit_log__outcome", t.outcome, auditOutcomes),
  ],
);
