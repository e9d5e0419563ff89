import { limits } from "../limits.ts";
import { StepBudget } from "../step-budget.ts";
import { parsePattern } from "./parse-pattern.ts";
import { PatternError } from "./pattern-error.ts";
import { type PatternProgram, programOf } from "./pattern-program.ts";
import { runProgram } from "./run-program.ts";

/** A regular expression that takes time linear in the text, whatever it is. */
export interface Pattern {
  /** Whether it is found anywhere in the text. Throws `BudgetSpent` when that takes more steps than there are left. */
  test(text: string, budget?: StepBudget): boolean;
  /** The texts of its named groups, where it is found in the text. Throws like `test`. */
  groups(text: string, budget?: StepBudget): Readonly<Record<string, string>> | null;
}

/** A pattern that can be used, or the end of a sentence that says why it cannot. */
export type CompiledPattern = Pattern | { readonly refused: string };

/** Makes a pattern of a regular expression that somebody else wrote. Never throws. */
export function compilePattern(source: string): CompiledPattern {
  try {
    return patternOf(programOf(parsePattern(source)));
  } catch (error) {
    if (error instanceof PatternError) return { refused: error.message };
    throw error;
  }
}

const ownBudget = () => new StepBudget(limits.patternSteps);

function patternOf(program: PatternProgram): Pattern {
  return {
    test: (text, budget = ownBudget()) => runProgram(program, text, budget) !== null,
    groups(text, budget = ownBudget()) {
      const saved = runProgram(program, text, budget);
      if (saved === null) return null;
      const found = [...program.groups].flatMap(([name, slot]) => {
        const [from, to] = [saved[slot], saved[slot + 1]];
        return from === undefined || to === undefined ? [] : [[name, text.slice(from, to)] as const];
      });
      return Object.fromEntries(found);
    },
  };
}
