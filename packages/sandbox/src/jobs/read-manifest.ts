import { isObject, type ManifestObject, objectsOf } from "./manifest-objects.ts";

export interface NamedObject {
  readonly kind: string;
  readonly name: string;
  readonly object: ManifestObject;
}

/** The objects of these kinds that a manifest holds. Others, of which a chart may make thousands, are not parsed. */
export function readManifest({
  manifest,
  kinds,
}: {
  readonly manifest: string;
  readonly kinds: readonly string[];
}): NamedObject[] {
  const isWanted = (text: string) => kinds.some((kind) => text.includes(kind));
  return manifest
    .split(/^---[ \t]*$/m)
    .filter(isWanted)
    .flatMap(objectsOf)
    .flatMap((object) => {
      const { kind, metadata } = object as { kind?: unknown; metadata?: unknown };
      const name = isObject(metadata) ? metadata["name"] : undefined;
      if (typeof kind !== "string" || !kinds.includes(kind) || typeof name !== "string") return [];
      return [{ kind, name, object }];
    });
}
