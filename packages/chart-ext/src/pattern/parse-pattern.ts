import { limits } from "../limits.ts";
import { anyButLineEnd, type CharSet, only } from "./char-set.ts";
import { parseClass, parseEscape } from "./parse-class.ts";
import { PatternError } from "./pattern-error.ts";
import { PatternReader } from "./pattern-reader.ts";

/** What must hold at a place without taking a character. */
export type Assertion = "start" | "end" | "word-boundary" | "no-word-boundary";

/** A pattern as a tree. */
export type PatternNode =
  | { readonly kind: "char"; readonly set: CharSet }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly ways: readonly PatternNode[] }
  | { readonly kind: "group"; readonly name: string | undefined; readonly content: PatternNode }
  | Repeat;
interface Repeat {
  readonly kind: "repeat";
  readonly content: PatternNode;
  readonly least: number;
  /** `undefined`: as often as it goes. */
  readonly most: number | undefined;
  readonly isLazy: boolean;
}

const GROUPS_MAX = 100;
/** As in RE2. */
const REPEAT_MAX = 1_000;

/**
 * Reads a regular expression of the kind that has a linear engine: that of ECMA-262 without references back and looking
 * around, named groups also as `(?P<name>…)`. Throws a `PatternError` that names the place of what it does not know.
 */
export function parsePattern(pattern: string): PatternNode {
  if (pattern.length > limits.patternCharacters) {
    throw new PatternError(`has more than ${limits.patternCharacters} characters`);
  }
  const reader = new PatternReader(pattern);
  const node = parseChoice(reader, 0);
  if (!reader.isAtEnd) throw reader.error("has a `)` without its `(`");
  return node;
}

function parseChoice(reader: PatternReader, depth: number): PatternNode {
  if (depth > GROUPS_MAX) throw reader.error(`nests more than ${GROUPS_MAX} groups`);
  const ways = [parseSequence(reader, depth)];
  while (reader.take("|")) ways.push(parseSequence(reader, depth));
  const [only] = ways;
  return ways.length === 1 && only ? only : { kind: "choice", ways };
}

function parseSequence(reader: PatternReader, depth: number): PatternNode {
  const parts: PatternNode[] = [];
  while (!reader.isAtEnd && !reader.sees("|") && !reader.sees(")")) {
    parts.push(repeated(reader, parseAtom(reader, depth)));
  }
  return { kind: "sequence", parts };
}

function parseAtom(reader: PatternReader, depth: number): PatternNode {
  if (reader.take("(")) return parseGroup(reader, depth);
  if (reader.take("[")) return { kind: "char", set: parseClass(reader) };
  if (reader.take(".")) return { kind: "char", set: anyButLineEnd };
  if (reader.take("^")) return { kind: "assert", what: "start" };
  if (reader.take("$")) return { kind: "assert", what: "end" };
  if (reader.take("\\b")) return { kind: "assert", what: "word-boundary" };
  if (reader.take("\\B")) return { kind: "assert", what: "no-word-boundary" };
  if (reader.take("\\")) return { kind: "char", set: parseEscape(reader).set };
  if (reader.sees("*") || reader.sees("+") || reader.sees("?")) throw reader.error("repeats nothing");
  return { kind: "char", set: only(reader.next()) };
}

function parseGroup(reader: PatternReader, depth: number): PatternNode {
  const name = groupName(reader);
  const content = parseChoice(reader, depth + 1);
  if (!reader.take(")")) throw reader.error("has a `(` without its `)`");
  return { kind: "group", name, content };
}

function groupName(reader: PatternReader): string | undefined {
  if (!reader.take("?")) return undefined;
  if (reader.take(":")) return undefined;
  if (reader.sees("=") || reader.sees("!") || reader.sees("<=") || reader.sees("<!")) {
    throw reader.error("looks around, which is not supported");
  }
  const name = reader.takeMatch(/P?<([A-Za-z_$][\w$]*)>/y)?.[1];
  if (name === undefined) throw reader.error("has a group of a kind that is not supported");
  return name;
}

function repeated(reader: PatternReader, content: PatternNode): PatternNode {
  const bounds = repetition(reader);
  if (bounds === undefined) return content;
  if (content.kind === "assert") throw reader.error("repeats what takes no character");
  const [least, most] = bounds;
  if (least > REPEAT_MAX || (most ?? 0) > REPEAT_MAX) {
    throw reader.error(`repeats more than ${REPEAT_MAX} times`);
  }
  if (most !== undefined && most < least) throw reader.error("repeats at most less often than at least");
  const isLazy = reader.take("?");
  if (repetition(reader) !== undefined) throw reader.error("repeats a repetition; put it in a group");
  return { kind: "repeat", content, least, most, isLazy };
}

function repetition(reader: PatternReader): [number, number | undefined] | undefined {
  if (reader.take("*")) return [0, undefined];
  if (reader.take("+")) return [1, undefined];
  if (reader.take("?")) return [0, 1];
  const counted = reader.takeMatch(/\{(\d{1,9})(,(\d{0,9}))?\}/y);
  if (counted === null) return undefined;
  const [, least = "0", isRange, most = ""] = counted;
  if (isRange === undefined) return [Number(least), Number(least)];
  return [Number(least), most === "" ? undefined : Number(most)];
}
