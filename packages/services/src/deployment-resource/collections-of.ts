import type { CollectionItem } from "@platz/db/queries/deployment-references";
import type { ResourceTypeOfKind } from "@platz/db/queries/deployment-resource-types";
import type { DeploymentResourceId } from "@platz/domain";

/** How forms refer to a resource: by kind and type, or in the old form by the type alone (API spec 8.2). */
export function collectionsOf(
  { kindName, key }: ResourceTypeOfKind,
  itemId: DeploymentResourceId,
): CollectionItem[] {
  return [
    { collection: `${kindName}/${key}`, itemId },
    { collection: key, itemId },
  ];
}
