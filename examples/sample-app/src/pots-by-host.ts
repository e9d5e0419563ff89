import { emptyPot, type Pot } from "./pot.ts";

/** One pot for each host, of which the oldest goes when there are too many: anybody can make up host names. */
export class PotsByHost {
  readonly #pots = new Map<string, Pot>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(host: string): Pot {
    return this.#pots.get(host) ?? emptyPot;
  }

  set(host: string, pot: Pot): void {
    // Set anew, so that the order is that of the last change.
    this.#pots.delete(host);
    this.#pots.set(host, pot);
    const [oldest] = this.#pots.keys();
    if (this.#pots.size > this.#max && oldest !== undefined) this.#pots.delete(oldest);
  }
}
