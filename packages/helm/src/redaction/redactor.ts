import { Automaton } from "./automaton.ts";
import { Scanner, type Span } from "./scanner.ts";
import { secretPatterns } from "./secret-patterns.ts";
import { exact, folded, type View } from "./views.ts";

const MARKER = "[redacted]";
const LINE_BREAK = 10;
/** A line that ends with fewer characters of what may be a secret's beginning is not held back for what comes after it. */
const HELD_MIN = 4;

/** Takes text in pieces; what might be the beginning of a secret is held back until it is known not to be one. */
export interface RedactorStream {
  push(text: string): string;
  /** The rest. */
  end(): string;
}

/** Replaces the values of secrets in text. */
export interface Redactor {
  (text: string): string;
  stream(): RedactorStream;
}

/**
 * A redactor for these secrets, by value: as they are, in any case, with anything but letters and digits between their
 * parts, line by line, and as JSON, YAML, Go, URLs and HTML write them, in hexadecimal, base 32 and base64, also of base64
 * and at any place of something larger. Overlapping secrets leave nothing of either. The cost grows with the text alone.
 *
 * A secret with fewer than 8 letters and digits is looked for as it is written, in the same encodings: in another
 * case or in parts it would be found in ordinary text. One of fewer than 4 characters is replaced only where it stands
 * in quotes: elsewhere it would take ordinary text with it and be told by the gaps. A template that computes with a
 * secret (parts of it, a cipher of its own) shows what no redactor knows.
 */
export function redactor(secrets: readonly string[]): Redactor {
  let looks: readonly Look[] | undefined;
  const stream = () => {
    looks ??= looksFor(secrets);
    return looks.length === 0 ? unchanged : new SecretStream(looks);
  };
  const redact = (text: string) => {
    const whole = stream();
    return whole.push(text) + whole.end();
  };
  return Object.assign(redact, { stream });
}

interface Look {
  readonly automaton: Automaton;
  readonly view: View;
}

function looksFor(secrets: readonly string[]): Look[] {
  const patterns = secretPatterns(secrets);
  const looks = [
    { patterns: patterns.exact, view: exact },
    { patterns: patterns.folded, view: folded },
  ];
  return looks
    .filter((look) => look.patterns.length > 0)
    .map(({ patterns: wanted, view }) => ({ automaton: new Automaton(wanted), view }));
}

const unchanged: RedactorStream = { push: (text) => text, end: () => "" };

class SecretStream implements RedactorStream {
  readonly #scanners: readonly Scanner[];
  #held = "";
  /** Where the held text begins in the whole. */
  #base = 0;
  /** In order, and apart from each other. */
  #spans: Span[] = [];
  /** A line break at which everything before it was settled. */
  #settled = 0;
  /** Whether what was given out last is the marker of a secret that may go on. */
  #isInSecret = false;

  constructor(looks: readonly Look[]) {
    this.#scanners = looks.map(({ automaton, view }) => new Scanner(automaton, view));
  }

  push(text: string): string {
    const from = this.#base + this.#held.length;
    this.#held += text;
    const held = this.#held;
    for (let index = 0; index < text.length; index += 1) {
      const place = from + index;
      const before = (back: number) => held.charCodeAt(place - this.#base - back);
      for (const scanner of this.#scanners) {
        const span = scanner.take(text.charCodeAt(index), place, before);
        if (span !== undefined) this.#note(span);
      }
      const isLineBreak = text.charCodeAt(index) === LINE_BREAK;
      if (isLineBreak && this.#scanners.every(({ seen }) => seen < HELD_MIN)) this.#settled = place + 1;
    }
    const end = from + text.length;
    const pending = this.#scanners.reduce(
      (least, scanner) => Math.min(least, scanner.pendingSince(end)),
      end,
    );
    return this.#give(Math.max(pending, this.#settled));
  }

  end(): string {
    return this.#give(this.#base + this.#held.length);
  }

  /** No span ends before those that were noted earlier do. */
  #note([from, to]: Span): void {
    let start = Math.max(from, this.#settled);
    if (start >= to) return;
    for (let last = this.#spans.at(-1); last !== undefined && last[1] >= start; last = this.#spans.at(-1)) {
      start = Math.min(start, last[0]);
      this.#spans.pop();
    }
    this.#spans.push([start, to]);
  }

  /** Gives out what is known up to a place. */
  #give(upTo: number): string {
    const end = Math.max(upTo, this.#base);
    let output = "";
    let at = this.#base;
    for (const [start, stop] of this.#spans) {
      if (start >= end) break;
      const from = Math.max(start, at);
      if (from > at) this.#isInSecret = false;
      output += this.#held.slice(at - this.#base, from - this.#base);
      if (!this.#isInSecret) output += MARKER;
      this.#isInSecret = true;
      at = Math.min(stop, end);
      if (stop > end) break;
      if (stop < end) this.#isInSecret = false;
    }
    if (at < end) {
      output += this.#held.slice(at - this.#base, end - this.#base);
      this.#isInSecret = false;
    }
    this.#held = this.#held.slice(end - this.#base);
    this.#base = end;
    this.#spans = this.#spans.filter(([, stop]) => stop >= end);
    return output;
  }
}
