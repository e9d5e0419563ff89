import { insertAuditEntry } from "@platz/db/queries/audit-log";
import type { GoesWith } from "@platz/db/queries/goes-with";
import type { EnvId, EventTable } from "@platz/domain";
import { type Actor, actorFields } from "./actor-fields.ts";
import { fieldChanges } from "./field-changes.ts";

/** What a verb did to one row. */
export interface Change {
  /** The row's table. */
  readonly entity: EventTable | "signing_keys" | "user_identities";
  readonly id: string;
  /** The thing in words, for when it is gone: a name, never a secret. */
  readonly label: string;
  /** The env whose admins may read of it; `null`: site admins alone. */
  readonly envId: EnvId | null;
  /** The row's version after the change, where it has one. */
  readonly version?: number | undefined;
  /** The row before (absent: it was made) and after (absent: it was deleted), with the fields that people set. */
  readonly before?: object | undefined;
  readonly after?: object | undefined;
  /** Fields whose values must not be told; that they changed is. */
  readonly secrets?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

/**
 * Writes who did what into the audit log (design: Security). Call it in the transaction of the change, so that there is
 * no change without its entry and no entry without its change.
 */
export async function recordChange(actor: Actor, change: Change): Promise<void> {
  const { entity, id, label, envId, version, before, after, secrets, reason } = change;
  await insertAuditEntry(actor.db, {
    ...actorFields(actor),
    outcome: "Done",
    entity,
    entityId: id,
    entityLabel: label,
    envId,
    version: version ?? null,
    changes: fieldChanges({ before, after, secrets: secrets ?? [] }),
    reason: reason ?? null,
  });
}

/** Writes that rows were deleted because the one that they belonged to was. */
export async function recordGone(actor: Actor, gone: readonly GoesWith[], reason: string): Promise<void> {
  const entries = gone.map(({ entity, id, label, envId }) => ({
    ...actorFields(actor),
    ...{ outcome: "Done" as const, entity, entityId: id, entityLabel: label, envId },
    ...{ version: null, changes: null, reason },
  }));
  await insertAuditEntry(actor.db, ...entries);
}
