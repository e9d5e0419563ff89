interface PlacesOptions<Key> {
  /** How many of one group may be in at once. */
  readonly perGroup: number;
  /** Told when a key that waited has its place now. */
  wake(key: Key): void;
}

/**
 * Bounds how many keys of a group are in at once, without anybody standing in a queue: who finds no place is woken when
 * there is one, first come first served, and a place that was given so waits for its key.
 */
export class Places<Group extends string, Key extends string> {
  readonly #options: PlacesOptions<Key>;
  readonly #groupOf = new Map<Key, Group>();
  readonly #taken = new Map<Group, number>();
  readonly #waiting = new Map<Group, Set<Key>>();

  constructor(options: PlacesOptions<Key>) {
    this.#options = options;
  }

  /** Whether the key has a place in the group now. Whoever asks has to `leave` afterwards, whatever the answer was. */
  enter(key: Key, group: Group): boolean {
    if (this.#groupOf.get(key) === group) return true;
    this.leave(key);
    const taken = this.#taken.get(group) ?? 0;
    if (taken < this.#options.perGroup) {
      this.#taken.set(group, taken + 1);
      this.#groupOf.set(key, group);
      return true;
    }
    const waiting = this.#waiting.get(group) ?? new Set();
    this.#waiting.set(group, waiting.add(key));
    return false;
  }

  /** Gives up the key's place, if it has one, for the next that waits. */
  leave(key: Key): void {
    const group = this.#groupOf.get(key);
    if (group === undefined) return;
    this.#groupOf.delete(key);
    const next = this.#nextOf(group);
    if (next === undefined) {
      this.#vacate(group);
    } else {
      this.#groupOf.set(next, group);
      this.#options.wake(next);
    }
  }

  #nextOf(group: Group): Key | undefined {
    const waiting = this.#waiting.get(group);
    const [next] = waiting ?? [];
    if (next !== undefined) waiting?.delete(next);
    return next;
  }

  #vacate(group: Group): void {
    const left = (this.#taken.get(group) ?? 1) - 1;
    if (left > 0) this.#taken.set(group, left);
    else {
      this.#taken.delete(group);
      this.#waiting.delete(group);
    }
  }
}
