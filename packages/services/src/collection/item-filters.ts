import type { ItemFilter } from "@platz/chart-ext";
import type { Json, SecretSummary } from "@platz/domain";

/** An item of a collection, by what filters may ask of it. */
type Filtered = Readonly<Record<string, Json | undefined>>;

/** What filters may ask of the items of each collection. Resources cannot be filtered. */
const fields: Readonly<Record<string, readonly string[]>> = {
  secrets: ["collection"],
  deployments: ["kind", "enabled"],
};

/** The fields by which a collection can be filtered. */
export function filterFields(collection: string): readonly string[] {
  return Object.hasOwn(fields, collection) ? (fields[collection] ?? []) : [];
}

/** Whether an item has everything that these filters ask for. One that the collection does not have is met by none. */
export function meetsFilters(collection: string, item: Filtered, filters: readonly ItemFilter[]): boolean {
  return filters.every(
    ({ field, value }) => filterFields(collection).includes(field) && textOf(item[field]) === textOf(value),
  );
}

/** What filters ask for, in words: `with collection paint`. */
export function filterText(filters: readonly ItemFilter[]): string {
  return filters.map(({ field, value }) => `with ${field} ${textOf(value)}`).join(" and ");
}

/** Forms may write `true` or `"true"`. */
function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** Whether deployments of a kind may use a secret. */
export function isForKind({ kindIds }: Pick<SecretSummary, "kindIds">, kindId: string): boolean {
  return kindIds === null || kindIds.some((id) => id === kindId);
}
