import { isNode, LineCounter, parseAllDocuments } from "yaml";
import type { ChartIssue } from "./chart-issue.ts";

/** Bounds of one extension file: far above what people write, far below what hurts. */
export const CHARACTERS_MAX = 1_000_000;
const DEPTH_MAX = 64;
const ALIASES_MAX = 100;

/** A parsed file, which can still say on which line a value stands. */
export interface SourceDocument {
  readonly value: unknown;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

export type ReadDocument = { readonly document: SourceDocument } | { readonly issues: readonly ChartIssue[] };

/** How YAML is read: as extension files are, or with all that Helm takes in values: duplicate and merge keys, nothing. */
export type Dialect = "platz" | "helm";

/**
 * Reads YAML 1.2 (hence JSON): one document, no duplicate keys, bounded in size, depth and aliases. Never throws:
 * whatever is wrong is an issue.
 */
export function readDocument(file: string, text: string, dialect: Dialect = "platz"): ReadDocument {
  if (text.length > CHARACTERS_MAX) {
    return refused(file, `must be at most ${CHARACTERS_MAX} characters long, and has ${text.length}`);
  }
  try {
    return parse(file, text, dialect);
  } catch (error) {
    // The parser recurses: a file of a thousand open brackets ends its stack.
    if (error instanceof RangeError)
      return refused(file, `must not be nested deeper than ${DEPTH_MAX} levels`);
    return refused(file, error instanceof ReferenceError ? "has too many aliases" : "cannot be read as YAML");
  }
}

function parse(file: string, text: string, dialect: Dialect): ReadDocument {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.2",
    uniqueKeys: dialect === "platz",
    merge: dialect === "helm",
    lineCounter: lines,
    prettyErrors: false,
  });
  const [document, ...more] = Array.isArray(documents) ? documents : [];
  if (document === undefined) {
    // A values.yaml of comments alone is one that sets nothing.
    if (dialect === "helm") return { document: { value: {}, lineOf: () => undefined } };
    return refused(file, "must not be empty");
  }
  if (more.length > 0)
    return refused(file, "must hold one YAML document: write a list instead of `---` between parts");
  const [error] = document.errors;
  if (error !== undefined) {
    return {
      issues: [
        {
          file,
          path: [],
          message: `is no valid YAML: ${error.message}`,
          line: lines.linePos(error.pos[0]).line,
        },
      ],
    };
  }
  const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
  if (depthOf(value) > DEPTH_MAX) return refused(file, `must not be nested deeper than ${DEPTH_MAX} levels`);
  return {
    document: {
      value,
      lineOf(path) {
        for (let length = path.length; length >= 0; length -= 1) {
          const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
          if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
        }
        return undefined;
      },
    },
  };
}

function refused(file: string, message: string): ReadDocument {
  return { issues: [{ file, path: [], message }] };
}

function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEPTH_MAX; depth += 1) {
    const next = level.flatMap((item) =>
      typeof item === "object" && item !== null ? Object.values(item) : [],
    );
    if (next.length === 0) return depth;
    level = next;
  }
  return DEPTH_MAX + 1;
}
