import { type Collection, collectionName, parseCollection } from "@platz/chart-ext";
import type { ResourceCollection } from "@platz/db/queries/deployment-resources";

/** Which resources a collection means; `undefined` for a table. */
export function resourceCollectionOf(collection: Collection): ResourceCollection | undefined {
  if (collection.kind === "table") return undefined;
  return collection.kind === "resources"
    ? { kindName: collection.deployment, key: collection.type }
    : { key: collection.type };
}

/** The same by the name that references are stored under, as `ShopManager/shop`. */
export function resourceCollectionNamed(name: string): ResourceCollection | undefined {
  const slash = name.indexOf("/");
  const collection = parseCollection(
    slash < 0 ? name : { deployment: name.slice(0, slash), type: name.slice(slash + 1) },
  );
  if (collection === null || collectionName(collection) !== name) return undefined;
  return resourceCollectionOf(collection);
}
