import { isObject, type Json, own } from "../json.ts";

/** More than any chart's schema needs; what is deeper or more is not described, hence not checked. */
const DEPTH_MAX = 24;
const NODES_MAX = 20_000;

const referring = ["$ref", "$dynamicRef", "$recursiveRef"];

/**
 * A JSON Schema with what it refers to within itself put in place. A reference to elsewhere, to nothing, or without end
 * becomes `true`, which everything fits.
 */
export function inlineReferences(schema: Json): Json {
  let nodes = 0;
  const inlined = (node: Json, depth: number): Json => {
    nodes += 1;
    if (depth > DEPTH_MAX || nodes > NODES_MAX) return true;
    if (Array.isArray(node)) return node.map((item) => inlined(item, depth + 1));
    if (!isObject(node)) return node;
    const reference = referring
      .map((keyword) => own(node, keyword))
      .find((value) => typeof value === "string");
    if (typeof reference === "string") return inlined(target(schema, reference), depth + 1);
    const kept = Object.entries(node).filter(([key]) => key !== "definitions" && key !== "$defs");
    return Object.fromEntries(kept.map(([key, value]) => [key, inlined(value, depth + 1)]));
  };
  return inlined(schema, 0);
}

/** What a JSON Pointer (RFC 6901) of this document leads to. */
function target(root: Json, reference: string): Json {
  if (reference !== "#" && !reference.startsWith("#/")) return true;
  const keys = reference
    .slice(2)
    .split("/")
    .filter((key) => key !== "")
    .map((key) => unescaped(key));
  let node: Json | undefined = root;
  for (const key of keys) {
    if (Array.isArray(node)) node = node[Number(key)];
    else node = isObject(node) ? own(node, key) : undefined;
  }
  return node ?? true;
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return key;
  }
}
