import type { StepBudget } from "../step-budget.ts";
import { isWord } from "./char-set.ts";
import type { Assertion } from "./parse-pattern.ts";
import type { PatternProgram } from "./pattern-program.ts";

/** Where groups begin and end, by their slots. */
type Saved = readonly (number | undefined)[];

/**
 * Runs a program on a text (Pike's machine): all ways at once, a character at a time, so that it takes at most as many
 * steps as the text has characters times the program instructions. The match is the one that a backtracking engine would
 * prefer, anywhere in the text: where its groups begin and end, or `null`. Throws `BudgetSpent` when it takes too much.
 */
export function runProgram(program: PatternProgram, text: string, budget: StepBudget): Saved | null {
  return new Machine(program, text, budget).run();
}

/** A way that is being followed. */
interface Thread {
  readonly at: number;
  readonly saved: Saved;
}

/** A place in the text, between two characters. */
interface Place {
  readonly at: number;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

class Machine {
  readonly #instructions: PatternProgram["instructions"];
  readonly #text: string;
  readonly #budget: StepBudget;
  /** At which place of the text an instruction was reached last. */
  readonly #reached: Int32Array;
  #saved: Saved | null = null;

  constructor({ instructions }: PatternProgram, text: string, budget: StepBudget) {
    this.#instructions = instructions;
    this.#text = text;
    this.#budget = budget;
    this.#reached = new Int32Array(instructions.length).fill(-1);
  }

  run(): Saved | null {
    let threads: Thread[] = [];
    let place: Place | undefined = { at: 0, before: undefined, after: this.#text.codePointAt(0) };
    while (place !== undefined) {
      // A match that begins further left is preferred: no new beginning once there is one.
      if (this.#saved === null) this.#follow({ at: 0, saved: [] }, threads, place);
      else if (threads.length === 0) break;
      const next: Place | undefined = this.#behind(place);
      threads = this.#step(threads, place, next);
      place = next;
    }
    return this.#saved;
  }

  #behind({ at, after: before }: Place): Place | undefined {
    if (before === undefined) return undefined;
    const behind = at + (before > 0xffff ? 2 : 1);
    return { at: behind, before, after: this.#text.codePointAt(behind) };
  }

  /** Takes one character by each way that can. */
  #step(threads: readonly Thread[], { after: point }: Place, next: Place | undefined): Thread[] {
    const moved: Thread[] = [];
    this.#budget.spend(1 + threads.length);
    for (const { at, saved } of threads) {
      const instruction = this.#instructions[at];
      if (instruction?.kind === "match") {
        this.#saved = saved;
        // What is less preferred does not count any more.
        break;
      }
      if (next === undefined || point === undefined) continue;
      if (instruction?.kind === "char" && instruction.set(point)) {
        this.#follow({ at: at + 1, saved }, moved, next);
      }
    }
    return moved;
  }

  /** Adds whatever can be reached without taking a character, the preferred ways first. */
  #follow(start: Thread, threads: Thread[], place: Place): void {
    const stack = [start];
    for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
      this.#budget.spend(1);
      if (this.#reached[thread.at] === place.at) continue;
      this.#reached[thread.at] = place.at;
      const ways = this.#ways(thread, place);
      if (ways === undefined) threads.push(thread);
      else for (const way of ways) stack.push(way);
    }
  }

  /** Where a way goes on without a character, the least preferred first; nothing for one that waits for a character. */
  #ways({ at, saved }: Thread, place: Place): readonly Thread[] | undefined {
    const instruction = this.#instructions[at];
    if (instruction?.kind === "split") {
      this.#budget.spend(instruction.ways.length);
      return instruction.ways.toReversed().map((way) => ({ at: way, saved }));
    }
    if (instruction?.kind === "save") {
      this.#budget.spend(saved.length);
      const more = [...saved];
      more[instruction.slot] = place.at;
      return [{ at: at + 1, saved: more }];
    }
    if (instruction?.kind !== "assert") return undefined;
    return holds(instruction.what, place) ? [{ at: at + 1, saved }] : [];
  }
}

function holds(what: Assertion, { before, after }: Place): boolean {
  if (what === "start") return before === undefined;
  if (what === "end") return after === undefined;
  const isBoundary = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
  return isBoundary === (what === "word-boundary");
}
