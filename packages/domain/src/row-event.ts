import { z } from "zod";
import { EnvId } from "./ids.ts";

/**
 * Who may hear of a change: everybody who is signed in, those who see one of its envs, the person it belongs to, or site
 * admins alone.
 */
export const eventVisibilities = ["everybody", "env", "person", "site admin"] as const;
export type EventVisibility = (typeof eventVisibilities)[number];

/** The kinds of rows whose changes are told (API spec 2.2, table names). */
export const eventTables = [
  "bots",
  "bot_tokens",
  "deployment_kinds",
  "deployment_permissions",
  "deployment_resource_types",
  "deployment_resources",
  "deployment_tasks",
  "deployments",
  "env_user_permissions",
  "envs",
  "helm_charts",
  "helm_registries",
  "helm_tag_formats",
  "k8s_clusters",
  "k8s_resources",
  "kind_grants",
  "resource_offers",
  "secrets",
  "sessions",
  "status_changes",
  "upgrade_policies",
  "user_tokens",
  "users",
] as const;
export const EventTable = z.enum(eventTables);
export type EventTable = z.output<typeof EventTable>;

/** That a row changed: ids only, the data is read back under the reader's own rights. */
export const RowEvent = z.object({
  table: EventTable,
  operation: z.enum(["INSERT", "UPDATE", "DELETE"]),
  id: z.uuid(),
  /** The row's version after the change, where it has one. */
  version: z.int32().nullable(),
  /** Those of the envs concerned that the reader may know of. */
  envIds: z.array(EnvId),
});
export type RowEvent = z.output<typeof RowEvent>;
