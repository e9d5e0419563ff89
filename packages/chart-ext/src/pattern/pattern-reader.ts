import { PatternError } from "./pattern-error.ts";

/** A place in a pattern that moves on. */
export class PatternReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  /** Moves on behind the text, if it is here. */
  take(text: string): boolean {
    const isHere = this.sees(text);
    if (isHere) this.#at += text.length;
    return isHere;
  }

  /** Moves on behind what an expression with the flag `y` finds here. */
  takeMatch(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#pattern);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  /** The character here, as a code point. */
  next(): number {
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) throw this.error("ends too early");
    this.#at += point > 0xffff ? 2 : 1;
    return point;
  }

  error(what: string): PatternError {
    return new PatternError(`${what} (at character ${this.#at + 1})`);
  }
}
