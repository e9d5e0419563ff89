import { emptyPot, type Pot } from "./pot.ts";

/** One pot for each deployment, of which the one that was used longest ago goes when there are too many. */
export class PotsByDeployment {
  readonly #pots = new Map<string, Pot>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(deploymentId: string): Pot {
    return this.#pots.get(deploymentId) ?? emptyPot;
  }

  set(deploymentId: string, pot: Pot): void {
    // Set anew, so that the order is that of the last change.
    this.#pots.delete(deploymentId);
    this.#pots.set(deploymentId, pot);
    const [oldest] = this.#pots.keys();
    if (this.#pots.size > this.#max && oldest !== undefined) this.#pots.delete(oldest);
  }
}
