import { z } from "zod";
import { AuditEntryId, EnvId } from "./ids.ts";
import { Instant } from "./instant.ts";
import { Json } from "./json.ts";

export const auditOutcomes = ["Done", "Denied"] as const;
export const AuditOutcome = z.enum(auditOutcomes);
export type AuditOutcome = z.output<typeof AuditOutcome>;

/** Fields that a change set, each with what was and what is. A secret's value is shown as `"(secret)"`. */
export const FieldChanges = z.record(z.string(), z.strictObject({ before: Json, after: Json }));
export type FieldChanges = z.output<typeof FieldChanges>;

/** That somebody changed something, or was refused. */
export const AuditEntry = z.object({
  id: AuditEntryId,
  seq: z.int(),
  createdAt: z.date(),
  actorKind: z.enum(["User", "Bot", "Deployment"]).nullable(),
  actorId: z.uuid().nullable(),
  actorLabel: z.string(),
  action: z.string(),
  outcome: AuditOutcome,
  entity: z.string().nullable(),
  entityId: z.uuid().nullable(),
  entityLabel: z.string().nullable(),
  envId: EnvId.nullable(),
  version: z.int32().nullable(),
  changes: FieldChanges.nullable(),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
  address: z.string().nullable(),
  /** How often the same was refused within the hour: equal denials are one entry. */
  count: z.int(),
  /** When that was last; `null`: it was once. */
  lastAt: z.date().nullable(),
  /** Where it stands in the chain of the log; `null`: it is chained within ten seconds. */
  chainPosition: z.int().nullable(),
});
export type AuditEntry = z.output<typeof AuditEntry>;

/** Which entries of the audit log somebody wants to read: all that are given must hold. */
export const AuditFilter = z.strictObject({
  envId: EnvId.optional(),
  actorKind: AuditEntry.shape.actorKind.unwrap().optional(),
  actorId: z.uuid().optional(),
  action: z.string().min(1).max(200).optional(),
  outcome: AuditOutcome.optional(),
  entity: z.string().min(1).max(100).optional(),
  entityId: z.uuid().optional(),
  /** At or after this instant. */
  from: Instant.optional(),
  /** Before this instant. */
  to: Instant.optional(),
});
export type AuditFilter = z.output<typeof AuditFilter>;

/** What a link of the chain is about: an entry, how often a denial was repeated, or that everything before was deleted. */
export const auditLinkKinds = ["entry", "count", "checkpoint"] as const;
export type AuditLinkKind = (typeof auditLinkKinds)[number];

/** How far the audit log is chained. Kept elsewhere, it shows later whether anything up to there was changed or cut off. */
export interface AuditHead {
  /** 0: nothing is chained yet. */
  readonly position: number;
  readonly hash: string;
  readonly at: Date | null;
  /** Entries that wait to be chained. */
  readonly waiting: number;
}
