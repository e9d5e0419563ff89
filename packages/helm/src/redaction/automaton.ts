import type { Pattern } from "./views.ts";

/** What ends at a state: the longest text, and the most of what the texts that end there take with them. */
export interface Ending {
  readonly length: number;
  readonly lead: string;
  readonly tail: string;
  readonly rest: number;
}

/**
 * Finds all of many texts in one pass, whose cost does not depend on how many they are (Aho and Corasick). States are
 * numbers; 0 is where nothing has been seen of any text.
 */
export class Automaton {
  readonly #edges: Edges;
  /** Where to go on when the next character does not fit: the state of the longest ending that is a beginning. */
  readonly #fallback: Int32Array;
  /** How many of the last characters may still become more of a text, at each state. */
  readonly #open: Int32Array;
  readonly #endings: (Ending | undefined)[];
  readonly leadMax: number;
  readonly depthMax: number;

  constructor(patterns: readonly Pattern[]) {
    const size = patterns.reduce((sum, { codes }) => sum + codes.length, 1);
    this.#edges = new Edges(size);
    this.#fallback = new Int32Array(size);
    this.#open = new Int32Array(size);
    this.#endings = new Array(size);
    this.leadMax = patterns.reduce((most, { lead }) => Math.max(most, lead.length), 0);
    this.depthMax = patterns.reduce((most, { codes }) => Math.max(most, codes.length), 0);
    const tree = this.#plant(patterns, size);
    // What has followers is open as a whole, anything else as much as its longest ending that has some.
    for (let state = 1; state < tree.states; state += 1) this.#open[tree.from[state] ?? 0] = 1;
    this.#open[0] = 0;
    for (const state of byDepth(tree, this.depthMax)) this.#link(tree, state);
  }

  step(from: number, code: number): number {
    let state = from;
    for (;;) {
      const next = this.#edges.get(state, code);
      if (next !== 0 || state === 0) return next;
      state = this.#fallback[state] ?? 0;
    }
  }

  endingAt(state: number): Ending | undefined {
    return this.#endings[state];
  }

  openAt(state: number): number {
    return this.#open[state] ?? 0;
  }

  /** Makes the states of all texts. */
  #plant(patterns: readonly Pattern[], size: number): Tree {
    const tree = {
      states: 1,
      from: new Int32Array(size),
      code: new Uint16Array(size),
      depth: new Int32Array(size),
    };
    for (const pattern of patterns) {
      let state = 0;
      for (const [index, code] of pattern.codes.entries()) {
        let next = this.#edges.get(state, code);
        if (next === 0) {
          next = tree.states;
          tree.states += 1;
          this.#edges.set(state, code, next);
          tree.from[next] = state;
          tree.code[next] = code;
          tree.depth[next] = index + 1;
        }
        state = next;
      }
      this.#endings[state] = together(endingOf(pattern), this.#endings[state]);
    }
    return tree;
  }

  /** Needs all states that are less deep to be linked. */
  #link(tree: Tree, state: number): void {
    const from = tree.from[state] ?? 0;
    const fallback = from === 0 ? 0 : this.step(this.#fallback[from] ?? 0, tree.code[state] ?? 0);
    this.#fallback[state] = fallback;
    this.#endings[state] = together(this.#endings[state], this.#endings[fallback]);
    const isOpen = this.#open[state] === 1;
    this.#open[state] = isOpen ? (tree.depth[state] ?? 0) : (this.#open[fallback] ?? 0);
  }
}

/** How each state is reached. */
interface Tree {
  states: number;
  readonly from: Int32Array;
  readonly code: Uint16Array;
  readonly depth: Int32Array;
}

/** All states but the first, from the least deep on. */
function byDepth({ states, depth }: Tree, depthMax: number): Int32Array {
  const next = new Int32Array(depthMax + 2);
  for (let state = 1; state < states; state += 1) {
    const after = (depth[state] ?? 0) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let each = 1; each < next.length; each += 1) next[each] = (next[each] ?? 0) + (next[each - 1] ?? 0);
  const order = new Int32Array(states - 1);
  for (let state = 1; state < states; state += 1) {
    const at = depth[state] ?? 0;
    order[next[at] ?? 0] = state;
    next[at] = (next[at] ?? 0) + 1;
  }
  return order;
}

const endingOf = ({ codes, lead, tail, rest }: Pattern): Ending => ({
  length: codes.length,
  lead,
  tail,
  rest,
});

function together(longer: Ending | undefined, other: Ending | undefined): Ending | undefined {
  if (longer === undefined || other === undefined) return longer ?? other;
  return {
    length: longer.length,
    lead: longer.length === other.length && other.lead.length > longer.lead.length ? other.lead : longer.lead,
    tail: longer.tail.length >= other.tail.length ? longer.tail : other.tail,
    rest: Math.max(longer.rest, other.rest),
  };
}

/** A map from state and character to state, in flat memory. */
class Edges {
  readonly #mask: number;
  readonly #from: Int32Array;
  readonly #codes: Uint16Array;
  /** 0 is no state that an edge leads to. */
  readonly #to: Int32Array;

  constructor(count: number) {
    const slots = 2 ** Math.ceil(Math.log2(count * 2 + 1));
    this.#mask = slots - 1;
    this.#from = new Int32Array(slots);
    this.#codes = new Uint16Array(slots);
    this.#to = new Int32Array(slots);
  }

  get(from: number, code: number): number {
    return this.#to[this.#slot(from, code)] ?? 0;
  }

  set(from: number, code: number, to: number): void {
    const slot = this.#slot(from, code);
    this.#from[slot] = from;
    this.#codes[slot] = code;
    this.#to[slot] = to;
  }

  #slot(from: number, code: number): number {
    const mixed = Math.imul(Math.imul(from, 0x9e3779b1) ^ code, 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    while (this.#to[slot] !== 0 && (this.#from[slot] !== from || this.#codes[slot] !== code)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}
