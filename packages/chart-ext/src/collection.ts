import { isObject, own } from "./json.ts";

/** Tables that a form may name. Of most of them nothing can be resolved. */
const tables: ReadonlySet<string> = new Set([
  "bots",
  "deployment_kinds",
  "deployment_resources",
  "deployment_resource_types",
  "deployments",
  "deployment_tasks",
  "deployment_permissions",
  "envs",
  "env_user_permissions",
  "helm_registries",
  "helm_charts",
  "helm_tag_formats",
  "k8s_clusters",
  "k8s_resources",
  "secrets",
  "settings",
  "users",
]);

/** Where the items of a select come from (workers spec 8.8). */
export type Collection =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "resources"; readonly deployment: string; readonly type: string }
  | { readonly kind: "legacy"; readonly type: string };

/** Of which tables items can be resolved, and which of their properties (workers spec 8.8). */
export const resolvableTables: Readonly<Record<string, readonly string[]>> = {
  deployments: ["id", "created_at", "name", "kind", "cluster_id", "enabled"],
  secrets: ["id", "created_at", "updated_at", "env_id", "collection", "name", "contents"],
};

/** The collection that a form names, or `null` when it names none. */
export function parseCollection(json: unknown): Collection | null {
  if (typeof json === "string") {
    return tables.has(json) ? { kind: "table", table: json } : { kind: "legacy", type: json };
  }
  if (!isObject(json)) return null;
  const deployment = own(json, "deployment");
  const type = own(json, "type");
  return typeof deployment === "string" && typeof type === "string"
    ? { kind: "resources", deployment, type }
    : null;
}

/** How a collection is called, in messages and as the key of references: `secrets`, `ShopManager/shop`. */
export function collectionName(collection: Collection): string {
  if (collection.kind === "table") return collection.table;
  return collection.kind === "resources" ? `${collection.deployment}/${collection.type}` : collection.type;
}
