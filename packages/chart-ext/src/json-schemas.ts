import { z } from "zod";
import { type ExtensionFile, extensionFiles } from "./extension-files.ts";
import type { JsonObject } from "./json.ts";

/**
 * A JSON Schema (draft 2020-12) for each kind of extension file in its present layout, for editors: what one may write,
 * of every version with a wrapper. What a schema cannot say (that ids are unique, that outputs name inputs) `parseChart`
 * says.
 */
export function extensionFileSchemas(): ReadonlyMap<string, JsonObject> {
  return new Map(Object.values(extensionFiles).map((file) => [file.modern, schemaOf(file)]));
}

function schemaOf({ modern, versions }: ExtensionFile): JsonObject {
  const [first, ...others] = versions.map(({ schema }) => schema);
  if (first === undefined) throw new Error(`${modern} has no version`);
  const schema = others.length === 0 ? first : z.union([first, ...others]);
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return JSON.parse(JSON.stringify({ title: modern, ...json }));
}
