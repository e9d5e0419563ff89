import type { Queryable } from "@platz/db";
import type { NewAuditEntry } from "@platz/db/queries/audit-log";
import type { Identity } from "@platz/domain";
import type { RequestOrigin } from "../context.ts";

/** Who acts, as far as the audit log asks, and where it is written. Every `ServiceContext` is one. */
export interface Actor {
  readonly db: Queryable;
  /** `null`: nobody has proved who they are, or Platz itself acts. */
  readonly identity: Identity | null;
  readonly scope: { readonly label: string };
  readonly origin?: RequestOrigin | undefined;
}

/** Platz itself, as a process that works by itself or for whoever runs it. `action` is what it does, as `discovery.record`. */
export function platzItself(db: Queryable, label: string, action: string): Actor {
  return { db, identity: null, scope: { label }, origin: { action, requestId: null, address: null } };
}

/** Who acts, by which procedure and from where, as the audit log keeps it. */
export function actorFields({
  identity,
  scope,
  origin,
}: Omit<Actor, "db">): Pick<
  NewAuditEntry,
  "actorKind" | "actorId" | "actorLabel" | "action" | "requestId" | "address"
> {
  return {
    actorKind: identity?.kind ?? null,
    actorId: identity?.id ?? null,
    actorLabel: scope.label,
    action: origin?.action ?? "internal",
    requestId: origin?.requestId ?? null,
    address: origin?.address ?? null,
  };
}
