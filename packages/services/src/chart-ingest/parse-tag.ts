import { compilePattern, type Pattern } from "@platz/chart-ext";
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
    const pattern = patternOf(format.pattern);
    if (pattern === undefined) onInvalid(format);
    const groups = pattern?.groups(tag) ?? null;
    if (groups === null) continue;
    const part = (name: string) => groups[name] ?? "";
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

/** Whether a pattern can be used: it is one that is read in time that grows with the tag alone. */
export function isUsablePattern(pattern: string): boolean {
  return patternOf(pattern) !== undefined;
}

function patternOf(text: string): Pattern | undefined {
  if (text.length > PATTERN_LENGTH_MAX) return undefined;
  const pattern = compilePattern(text);
  return "refused" in pattern ? undefined : pattern;
}
