import { type CharSet, classEscapes, not, only, properties, range, union } from "./char-set.ts";
import type { PatternReader } from "./pattern-reader.ts";

/** An escape: the characters that it stands for, and the one character if it is one. */
interface Escape {
  readonly set: CharSet;
  readonly point: number | undefined;
}

const controls: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v" };

/** What follows a backslash. */
export function parseEscape(reader: PatternReader): Escape {
  const code = reader.takeMatch(/x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|(0)(?!\d)/y);
  if (code !== null) return exactly(Number.parseInt(code.slice(1).find(Boolean) ?? "0", 16));
  if (reader.sees("k<") || reader.takeMatch(/[1-9]/y) !== null) {
    throw reader.error("refers back to a group, which is not supported");
  }
  return parseProperty(reader) ?? escapeOf(reader, String.fromCodePoint(reader.next()));
}

/** `\p{…}` and `\P{…}`. */
function parseProperty(reader: PatternReader): Escape | undefined {
  const named = reader.takeMatch(/[pP]\{(?:gc=|General_Category=)?(\w+)\}/y);
  if (named === null) return undefined;
  const set = Object.hasOwn(properties, named[1] ?? "") ? properties[named[1] ?? ""] : undefined;
  if (set === undefined) throw reader.error(`names the property ${named[1]}, which is not supported`);
  return { set: named[0].startsWith("P") ? not(set) : set, point: undefined };
}

function escapeOf(reader: PatternReader, letter: string): Escape {
  const known = Object.hasOwn(classEscapes, letter) ? classEscapes[letter] : undefined;
  if (known !== undefined) return { set: known, point: undefined };
  const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
  if (control !== undefined) return exactly(control.charCodeAt(0));
  if (/[A-Za-z0-9]/.test(letter)) throw reader.error(`has the escape \\${letter}, which is not supported`);
  return exactly(letter.codePointAt(0) ?? 0);
}

function exactly(point: number): Escape {
  return { set: only(point), point };
}

/** What stands between brackets, from behind the opening one. */
export function parseClass(reader: PatternReader): CharSet {
  const isNegated = reader.take("^");
  const sets: CharSet[] = [];
  while (!reader.take("]")) {
    if (reader.sees("[:")) throw reader.error("has a POSIX class, which is not supported");
    const from = parseMember(reader);
    if (!reader.sees("-") || reader.sees("-]") || from.point === undefined) {
      sets.push(from.set);
      continue;
    }
    reader.take("-");
    const to = parseMember(reader);
    if (to.point === undefined) sets.push(from.set, only(0x2d), to.set);
    else if (to.point < from.point) throw reader.error("has a range whose end is before its beginning");
    else sets.push(range(from.point, to.point));
  }
  return isNegated ? not(union(sets)) : union(sets);
}

function parseMember(reader: PatternReader): Escape {
  if (reader.take("\\b")) return exactly(8);
  if (reader.take("\\-")) return exactly(0x2d);
  if (reader.take("\\")) return parseEscape(reader);
  return exactly(reader.next());
}
