import { Composer, type Document, Lexer, type LineCounter, Parser } from "yaml";
import { limits } from "../limits.ts";

/** A file is larger or deeper than what is read. The message is the end of a sentence that begins with the file. */
export class DocumentTooLarge extends Error {
  override readonly name = "DocumentTooLarge";
}

/** How YAML is read: as extension files are, or with all that Helm takes in values: duplicate and merge keys, nothing. */
export type Dialect = "platz" | "helm";

/** Of what the parser opens at once: a document, its collections, and a scalar. */
const OPEN_MAX = limits.fileDepth + 8;
/** A value comes with indentation, separators and the end of its line. */
const LEXEMES_MAX = limits.fileValues * 8;

/**
 * Parses YAML 1.2 to its nodes. What is too long or too deep ends while it is being read, before anything recurses over
 * it. Keys that stand twice are not looked for here: the library compares each with each.
 */
export function composeDocuments(text: string, dialect: Dialect, lines: LineCounter): Document[] {
  const composer = new Composer({
    version: "1.2",
    uniqueKeys: false,
    merge: dialect === "helm",
    lineCounter: lines,
    prettyErrors: false,
  });
  return [...composer.compose(tokensOf(text, lines))];
}

function* tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > LEXEMES_MAX) throw new DocumentTooLarge(tooManyValues);
    yield* parser.next(lexeme);
    if (parser.stack.length > OPEN_MAX) throw new DocumentTooLarge(tooDeep);
  }
  yield* parser.end();
}

export const tooManyValues = `must hold at most ${limits.fileValues} values`;
export const tooDeep = `must not be nested deeper than ${limits.fileDepth} levels`;
