import { parseAllDocuments } from "yaml";

export type ManifestObject = Readonly<Record<string, unknown>>;

/** More would be repeated than a manifest says itself. */
const ALIASES_MAX = 1_000;

/** The objects of a manifest, those within lists too. What is no object is passed over. */
export function objectsOf(manifest: string): ManifestObject[] {
  return documentsOf(manifest).flatMap(itemsOf);
}

/** The documents of a manifest, whatever they are. */
export function documentsOf(manifest: string): unknown[] {
  // Keys that stand twice are looked for by comparing each with each: the last one counts, as for Helm.
  const documents = parseAllDocuments(manifest, { uniqueKeys: false, prettyErrors: false });
  return documents.map((document): unknown => document.toJS({ maxAliasCount: ALIASES_MAX }));
}

function itemsOf(object: unknown): ManifestObject[] {
  if (!isObject(object)) return [];
  if (!Array.isArray(object["items"]) || !String(object["kind"]).endsWith("List")) return [object];
  return object["items"].flatMap(itemsOf);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
