/** The kinds of rows whose changes are told. */
export type EventTable =
  | "bots"
  | "bot_tokens"
  | "deployment_kinds"
  | "deployment_permissions"
  | "deployment_resource_types"
  | "deployment_resources"
  | "deployment_tasks"
  | "deployments"
  | "env_user_permissions"
  | "envs"
  | "helm_charts"
  | "helm_registries"
  | "helm_tag_formats"
  | "k8s_clusters"
  | "k8s_resources"
  | "kind_grants"
  | "resource_offers"
  | "secrets"
  | "sessions"
  | "status_changes"
  | "upgrade_policies"
  | "user_tokens"
  | "users";

/** What a follower is told. `eventId` says where to go on later. */
export type Change =
  /** It begins here: read what you need now, changes follow. */
  | { readonly eventId: string; readonly type: "ready" }
  /** A row changed: ids only, read back what you need of it. */
  | {
      readonly eventId: string;
      readonly type: "change";
      readonly table: EventTable;
      readonly operation: "INSERT" | "UPDATE" | "DELETE";
      readonly id: string;
      /** The row's version after the change, where it has one. */
      readonly version: number | null;
      /** Those of the envs concerned that the caller may know of. */
      readonly envIds: readonly string[];
    }
  /** Changes may have been missed, or rights have changed: read everything that you need again. */
  | {
      readonly eventId: string;
      readonly type: "resync";
      readonly reason: "too far behind" | "rights changed";
    };

export interface ChangesRequest {
  /** Only changes of these kinds of rows. */
  tables?: EventTable[] | undefined;
  /** Only changes in these envs, and of what belongs to no env. */
  envIds?: string[] | undefined;
  /** Goes on after this event, as a process does that was stopped; without one, from now. */
  lastEventId?: string | undefined;
}

export interface Events {
  /**
   * Follows changes until the loop is left or the signal aborts. Comes back by itself after a lost connection, from where
   * it was: nothing is missed, and nothing told twice. Throws a `PlatzError` when the caller may no longer listen.
   */
  readonly changes: (
    request?: ChangesRequest,
    options?: { readonly signal?: AbortSignal | undefined },
  ) => AsyncIterable<Change>;
}
