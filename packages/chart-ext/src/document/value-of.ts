import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { type Json, type JsonObject, setOwn } from "../json.ts";
import { limits } from "../limits.ts";
import { type Dialect, DocumentTooLarge, tooDeep, tooManyValues } from "./compose.ts";

/** The nodes mean no value. The message is the end of a sentence that begins with the file. */
export class NoValue extends Error {
  override readonly name = "NoValue";
  readonly node: Node | undefined;

  constructor(message: string, node?: Node) {
    super(message);
    this.node = node;
  }
}

/** The value that a document's nodes mean. Each node is visited once; what an alias repeats is counted again. */
export function documentValue({ contents }: Document, dialect: Dialect): Json {
  return new Reader(dialect).read(contents, 0);
}

const MERGE = "<<";

class Reader {
  readonly #dialect: Dialect;
  /** By their anchors, with how many values and characters they are. */
  readonly #anchored = new Map<
    string,
    { readonly value: Json; readonly values: number; readonly characters: number }
  >();
  #values = 0;
  #characters = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  read(node: unknown, depth: number): Json {
    if (depth > limits.fileDepth) throw new DocumentTooLarge(tooDeep);
    if (isAlias(node)) return this.#repeated(node.source, node as Node);
    const [values, characters] = [this.#values, this.#characters];
    this.#count(1, 0, tooManyValues);
    const value = this.#valueOf(node, depth);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) {
      const size = { values: this.#values - values, characters: this.#characters - characters };
      this.#anchored.set(anchor, { value, ...size });
    }
    return value;
  }

  #valueOf(node: unknown, depth: number): Json {
    if (isMap(node)) return this.#object(node, depth);
    if (isSeq(node)) return this.#list(node, depth);
    return isScalar(node) ? this.#scalar(node.value, node.source) : null;
  }

  #count(values: number, characters: number, message: string): void {
    this.#values += values;
    this.#characters += characters;
    const isTooLarge = this.#values > limits.fileValues || this.#characters > 2 * limits.fileCharacters;
    if (isTooLarge) throw new DocumentTooLarge(message);
  }

  #repeated(anchor: string, node: Node): Json {
    const found = this.#anchored.get(anchor);
    if (found === undefined) throw new NoValue(`has the alias ${anchor} before its anchor`, node);
    this.#count(found.values, found.characters, "has too many aliases");
    return found.value;
  }

  #list(node: YAMLSeq, depth: number): Json[] {
    return node.items.map((item) => this.read(isPair(item) ? item.value : item, depth + 1));
  }

  #object(node: YAMLMap, depth: number): JsonObject {
    const object: JsonObject = {};
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      if (
        this.#dialect === "helm" &&
        isScalar(key) &&
        (key.value === MERGE || typeof key.value === "symbol")
      ) {
        this.#merge(object, value, depth);
        continue;
      }
      const name = this.#key(key);
      if (this.#dialect === "platz" && isScalar(key)) {
        if (seen.has(key.value)) throw new NoValue("is no valid YAML: Map keys must be unique", key as Node);
        seen.add(key.value);
      }
      setOwn(object, name, this.read(value, depth + 1));
    }
    return object;
  }

  #key(key: unknown): string {
    const value = isAlias(key)
      ? this.#repeated(key.source, key as Node)
      : isScalar(key)
        ? key.value
        : undefined;
    if (value === undefined || (typeof value === "object" && value !== null)) {
      throw new NoValue("must have plain keys", isMap(key) || isSeq(key) ? (key as Node) : undefined);
    }
    const name = value === null ? "" : String(value);
    this.#count(0, name.length, tooManyValues);
    if (isScalar(key) && key.anchor !== undefined) {
      this.#anchored.set(key.anchor, { value: name, values: 1, characters: name.length });
    }
    return name;
  }

  /** What is merged stands behind what the object says itself (yaml.org/type/merge). */
  #merge(object: JsonObject, node: unknown, depth: number): void {
    const value = this.read(node, depth + 1);
    for (const source of Array.isArray(value) ? value : [value]) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        throw new NoValue("must merge objects alone", node as Node);
      }
      for (const [key, member] of Object.entries(source)) {
        if (!Object.hasOwn(object, key)) setOwn(object, key, member);
      }
    }
  }

  #scalar(value: unknown, source: string | undefined): Json {
    const plain = typeof value === "bigint" ? Number(value) : isPlain(value) ? value : (source ?? "");
    if (typeof plain === "string") this.#count(0, plain.length, tooManyValues);
    return plain;
  }
}

/** What a tag such as `!!timestamp` makes of a scalar is not taken: it is the text that stands there. */
function isPlain(value: unknown): value is string | number | boolean | null {
  return (
    value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
  );
}
