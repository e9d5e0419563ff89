/** There is nothing left of a budget. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}

/** Counts what somebody else's expression costs, and ends it when it has cost enough. */
export class StepBudget {
  #left: number;
  readonly #parent: StepBudget | undefined;

  constructor(steps: number, parent?: StepBudget) {
    this.#left = steps;
    this.#parent = parent;
  }

  get left(): number {
    return Math.min(this.#left, this.#parent?.left ?? this.#left);
  }

  /** Throws `BudgetSpent` when that is more than there is left, before it is done. */
  spend(steps: number): void {
    this.#left -= steps;
    this.#parent?.spend(steps);
    if (this.#left < 0) throw new BudgetSpent("too many steps");
  }
}
