import { isObject, type Json, type JsonObject, own } from "../json.ts";
import { limits } from "../limits.ts";

/** More than any chart's schema needs; what is deeper or more is not described, hence not checked. */
const DEPTH_MAX = 24;
const NODES_MAX = 20_000;
/** A reference may put one text at many places. */
const CHARACTERS_MAX = limits.fileCharacters;
const REFERENCE_LENGTH_MAX = 1_000;

const referring = ["$ref", "$dynamicRef", "$recursiveRef"];

/**
 * A JSON Schema with what it refers to within itself put in place. A reference to elsewhere, to nothing, or without end
 * becomes `true`, which everything fits.
 */
export function inlineReferences(schema: Json): Json {
  return new Inliner(schema).inlined(schema, 0);
}

class Inliner {
  readonly #root: Json;
  #nodes = 0;
  #characters = 0;

  constructor(root: Json) {
    this.#root = root;
  }

  inlined(node: Json, depth: number): Json {
    this.#nodes += 1;
    if (typeof node === "string") this.#characters += node.length;
    if (depth > DEPTH_MAX || this.#nodes > NODES_MAX || this.#characters > CHARACTERS_MAX) return true;
    if (Array.isArray(node)) return node.map((item) => this.inlined(item, depth + 1));
    return isObject(node) ? this.#object(node, depth) : node;
  }

  #object(node: JsonObject, depth: number): Json {
    const reference = referring
      .map((keyword) => own(node, keyword))
      .find((value) => typeof value === "string");
    if (typeof reference === "string") return this.inlined(target(this.#root, reference), depth + 1);
    const kept = Object.entries(node).filter(([key]) => key !== "definitions" && key !== "$defs");
    this.#characters += kept.reduce((sum, [key]) => sum + key.length, 0);
    return Object.fromEntries(kept.map(([key, value]) => [key, this.inlined(value, depth + 1)]));
  }
}

/** What a JSON Pointer (RFC 6901) of this document leads to. */
function target(root: Json, reference: string): Json {
  const isOwn = reference === "#" || reference.startsWith("#/");
  if (!isOwn || reference.length > REFERENCE_LENGTH_MAX) return true;
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
