import { type Document, isNode, LineCounter, type Node } from "yaml";
import type { ChartIssue } from "../chart-issue.ts";
import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { composeDocuments, type Dialect, DocumentTooLarge } from "./compose.ts";
import { documentValue, NoValue } from "./value-of.ts";

/** A parsed file, which can still say on which line a value stands. */
export interface SourceDocument {
  readonly value: Json;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** A document, or what is wrong with its file; `isTooLarge` when that is its size alone. */
export type ReadDocument =
  | { readonly document: SourceDocument }
  | { readonly issues: readonly ChartIssue[]; readonly isTooLarge: boolean };

/**
 * Reads YAML 1.2 (hence JSON): one document, no duplicate keys, bounded in size, depth and aliases, in time that grows
 * with its length. Never throws: whatever is wrong is an issue.
 */
export function readDocument(file: string, text: string, dialect: Dialect = "platz"): ReadDocument {
  const { fileCharacters } = limits;
  if (text.length > fileCharacters) {
    return tooLarge(file, `must be at most ${fileCharacters} characters long, and has ${text.length}`);
  }
  const lines = new LineCounter();
  try {
    return read(file, { documents: composeDocuments(text, dialect, lines), lines, dialect });
  } catch (error) {
    if (error instanceof DocumentTooLarge) return tooLarge(file, error.message);
    if (error instanceof NoValue) return refused(file, error.message, lineOfNode(error.node, lines));
    return refused(file, "cannot be read as YAML");
  }
}

interface Composed {
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
  readonly dialect: Dialect;
}

function read(file: string, { documents: [document, ...more], lines, dialect }: Composed): ReadDocument {
  if (document === undefined) {
    // A values.yaml of comments alone is one that sets nothing.
    if (dialect === "helm") return { document: { value: {}, lineOf: () => undefined } };
    return refused(file, "must not be empty");
  }
  if (more.length > 0)
    return refused(file, "must hold one YAML document: write a list instead of `---` between parts");
  const [error] = document.errors;
  if (error !== undefined) {
    return refused(file, `is no valid YAML: ${error.message}`, lines.linePos(error.pos[0]).line);
  }
  return {
    document: {
      value: documentValue(document, dialect),
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

function lineOfNode(node: Node | undefined, lines: LineCounter): number | undefined {
  return node?.range ? lines.linePos(node.range[0]).line : undefined;
}

function refused(file: string, message: string, line?: number): ReadDocument {
  const issue = { file, path: [], message, ...(line === undefined ? {} : { line }) };
  return { issues: [issue], isTooLarge: false };
}

function tooLarge(file: string, message: string): ReadDocument {
  return { issues: [{ file, path: [], message }], isTooLarge: true };
}
