import type { Redactor } from "./redaction/redactor.ts";

export interface LineLimits {
  /** What is longer is cut, with a marker. */
  readonly lineLengthMax: number;
}

/** Bytes in, lines out. */
export interface OutputPipe {
  push(bytes: Uint8Array): void;
  end(): void;
}

/**
 * Makes lines of a stream as it comes: decoded (what is not UTF-8 becomes U+FFFD), redacted before anything is cut, split,
 * freed of control characters (a database refuses NUL, a terminal obeys the rest) and bounded.
 */
export function outputPipe(
  redact: Redactor,
  { lineLengthMax }: LineLimits,
  onLine: (text: string) => void,
): OutputPipe {
  const decoder = new TextDecoder();
  const redacting = redact.stream();
  let line = "";
  let cut = 0;

  function grow(part: string): void {
    const room = lineLengthMax - line.length;
    line += part.slice(0, room);
    cut += Math.max(part.length - room, 0);
  }

  function finish(): void {
    const text = line.replace(/\r$/, "").replaceAll(controlCharacters, "\uFFFD");
    onLine(cut > 0 ? `${text} … [${cut} more characters]` : text);
    line = "";
    cut = 0;
  }

  function take(text: string): void {
    const [first = "", ...rest] = text.split("\n");
    grow(first);
    for (const part of rest) {
      finish();
      grow(part);
    }
  }

  return {
    push: (bytes) => take(redacting.push(decoder.decode(bytes, { stream: true }))),
    end() {
      take(redacting.push(decoder.decode()) + redacting.end());
      if (line !== "") finish();
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
