import type { Automaton } from "./automaton.ts";
import type { View } from "./views.ts";

/** Where a secret begins and ends in the text. */
export type Span = readonly [start: number, end: number];

/** What stands between two characters that count, at most; more parts them. */
const GAP_MAX = 256;

/** Looks at a text character by character, in one view of it, and says where secrets are. */
export class Scanner {
  readonly #automaton: Automaton;
  readonly #view: View;
  #state = 0;
  /** Where the last characters that count stood, in a ring. */
  readonly #places: Float64Array;
  #counted = 0;
  /** What may still follow a secret that has just ended, and goes with it. */
  #tail = "";
  /** How many characters that count still belong to it. */
  #rest = 0;

  constructor(automaton: Automaton, view: View) {
    this.#automaton = automaton;
    this.#view = view;
    this.#places = new Float64Array(automaton.depthMax + 1);
  }

  /** Takes the character at a place, and gives what is known to be a secret's by it. `before` is the text up to there. */
  take(unit: number, place: number, before: (back: number) => number): Span | undefined {
    const code = this.#view.codeOf(unit);
    if (code === 0) return this.#passOver(unit, place);
    this.#tail = "";
    if (place - this.#placeOf(1) > GAP_MAX) this.#state = 0;
    this.#places[this.#counted % this.#places.length] = place;
    this.#counted += 1;
    this.#state = this.#automaton.step(this.#state, code);
    const ending = this.#automaton.endingAt(this.#state);
    const span: Span | undefined = this.#rest > 0 ? [place, place + 1] : undefined;
    this.#rest = Math.max(0, this.#rest - 1);
    if (ending === undefined) return span;
    this.#tail = ending.tail;
    this.#rest = Math.max(this.#rest, ending.rest);
    const start = this.#placeOf(ending.length);
    return [start - leadOf(ending.lead, place - start, before), place + 1];
  }

  /** How many characters have been seen of what may become a secret. */
  get seen(): number {
    return this.#automaton.openAt(this.#state);
  }

  /** Where what is held back begins: the beginning of what may become a secret, or `end`. */
  pendingSince(end: number): number {
    const { leadMax } = this.#automaton;
    const passedOver = this.#counted === 0 ? end : end - this.#placeOf(1) - 1;
    if (this.seen === 0 || passedOver >= GAP_MAX) return end - Math.min(leadMax, passedOver);
    return Math.max(0, this.#placeOf(this.seen) - leadMax);
  }

  #passOver(unit: number, place: number): Span | undefined {
    if (this.#rest > 0) return [place, place + 1];
    if (this.#tail === "" || this.#tail.charCodeAt(0) !== unit) {
      this.#tail = "";
      return undefined;
    }
    this.#tail = this.#tail.slice(1);
    return [place, place + 1];
  }

  /** Where the character stood that was counted so many ago. */
  #placeOf(ago: number): number {
    if (ago > this.#counted) return 0;
    return this.#places[(this.#counted - ago) % this.#places.length] ?? 0;
  }
}

/** How much of what stands before a secret's first character that counts is its own. */
function leadOf(lead: string, back: number, before: (back: number) => number): number {
  let length = 0;
  while (length < lead.length && before(back + length + 1) === lead.charCodeAt(lead.length - 1 - length))
    length += 1;
  return length;
}
