import { isTamePattern } from "@platz/chart-ext";
import type { HelmTagFormatId } from "@platz/domain";

export interface TagFormat {
  readonly id: HelmTagFormatId;
  readonly pattern: string;
}

/** What a tag says of a chart. Parts that the format has no group for, or that are not there, are empty. */
export interface ParsedTag {
  readonly tagFormatId: HelmTagFormatId;
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly commit: string;
}

const PATTERN_LENGTH_MAX = 1000;
/** Of a tag (OCI distribution 1.1). */
const TAG_LENGTH_MAX = 128;

/**
 * Reads a tag by the first format that it fits (workers spec 5.7), or gives `null`. Patterns have the named groups of
 * Rust and Python, `(?P<name>…)`. One that cannot be used is told to `onInvalid` and passed over.
 */
export function parseTag(
  formats: readonly TagFormat[],
  tag: string,
  onInvalid: (format: TagFormat) => void,
): ParsedTag | null {
  if (tag.length > TAG_LENGTH_MAX) return null;
  for (const format of formats) {
    const expression = expressionOf(format.pattern);
    if (expression === undefined) onInvalid(format);
    const match = expression?.exec(tag);
    if (!match) continue;
    const part = (name: string) => match.groups?.[name] ?? "";
    return {
      tagFormatId: format.id,
      version: part("version"),
      revision: part("revision"),
      branch: part("branch"),
      commit: part("commit"),
    };
  }
  return null;
}

/** Whether a pattern can be used: it compiles, and cannot keep the engine busy for ever. */
export function isUsablePattern(pattern: string): boolean {
  return expressionOf(pattern) !== undefined;
}

function expressionOf(pattern: string): RegExp | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX || !isTamePattern(pattern)) return undefined;
  try {
    return new RegExp(pattern.replaceAll("(?P<", "(?<"));
  } catch {
    return undefined;
  }
}
