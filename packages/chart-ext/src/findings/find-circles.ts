/** Which others each one depends on, by id. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/**
 * Those that depend on themselves, over whichever way: each is on a way with everything that is in the same group
 * (strongly connected components by Tarjan's algorithm, without recursion). Takes steps as there are ids and
 * dependencies.
 */
export function findCircles(dependencies: Dependencies): ReadonlySet<string> {
  const search = new Search(dependencies);
  for (const id of dependencies.keys()) search.from(id);
  return search.inCircles;
}

interface Visit {
  readonly id: string;
  /** How many of its dependencies were gone into. */
  next: number;
}

class Search {
  readonly inCircles = new Set<string>();
  readonly #dependencies: Dependencies;
  readonly #orders = new Map<string, number>();
  readonly #lowest = new Map<string, number>();
  /** What is not known yet to be of a finished group, in the order in which it was found. */
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  from(start: string): void {
    if (this.#orders.has(start)) return;
    const way = [this.#enter(start)];
    for (let visit = way.at(-1); visit !== undefined; visit = way.at(-1)) {
      const next = this.#dependencies.get(visit.id)?.[visit.next];
      visit.next += 1;
      const entered = next === undefined ? undefined : this.#goInto(next, visit.id);
      if (entered !== undefined) way.push(entered);
      if (next !== undefined) continue;
      way.pop();
      this.#leave(visit.id);
      const before = way.at(-1);
      if (before !== undefined) this.#lower(before.id, this.#lowest.get(visit.id) ?? 0);
    }
  }

  /** Follows a dependency; gives a visit when nobody has been there yet. */
  #goInto(next: string, from: string): Visit | undefined {
    if (next === from) this.inCircles.add(next);
    else if (this.#isOpen.has(next)) this.#lower(from, this.#orders.get(next) ?? 0);
    else if (!this.#orders.has(next) && this.#dependencies.has(next)) return this.#enter(next);
    return undefined;
  }

  #enter(id: string): Visit {
    this.#orders.set(id, this.#orders.size);
    this.#lowest.set(id, this.#orders.size - 1);
    this.#open.push(id);
    this.#isOpen.add(id);
    return { id, next: 0 };
  }

  #lower(id: string, order: number): void {
    this.#lowest.set(id, Math.min(this.#lowest.get(id) ?? order, order));
  }

  /** Closes the group that this one is the first of. */
  #leave(id: string): void {
    if (this.#lowest.get(id) !== this.#orders.get(id)) return;
    const group: string[] = [];
    for (let member = this.#open.pop(); member !== undefined; member = this.#open.pop()) {
      this.#isOpen.delete(member);
      group.push(member);
      if (member === id) break;
    }
    if (group.length > 1) for (const member of group) this.inCircles.add(member);
  }
}

/** The shortest way from one back to itself, for one that is in a circle. Each is gone into once. */
export function shortestCircle(id: string, dependencies: Dependencies): string[] {
  const before = new Map<string, string>();
  const queue = [id];
  for (const at of queue) {
    for (const next of dependencies.get(at) ?? []) {
      if (next === id) return [...wayTo(at, before), id];
      if (before.has(next)) continue;
      before.set(next, at);
      queue.push(next);
    }
  }
  return [id];
}

function wayTo(id: string, before: ReadonlyMap<string, string>): string[] {
  const way = [id];
  for (let at = before.get(id); at !== undefined; at = before.get(at)) way.push(at);
  return way.reverse();
}
