import { isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { type CompiledPattern, compilePattern } from "../pattern/compile-pattern.ts";
import { BudgetSpent, StepBudget } from "../step-budget.ts";
import { keywords } from "./keywords.ts";

/** What is wrong at some place of a value: the end of a sentence. */
export interface SchemaIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Checks values by JSON Schema, a bounded number of steps long. What it does not know (references, conditions, patterns
 * that look around) and what would take too long it lets pass: Helm checks everything again.
 */
export class SchemaCheck {
  readonly budget = new StepBudget(limits.schemaSteps);
  readonly #patternBudget = new StepBudget(limits.patternSteps);
  readonly #patterns = new Map<string, CompiledPattern>();

  /** What is wrong with a value, as the end of a sentence, or nothing. */
  wrongness(schema: Json, value: Json): string | undefined {
    try {
      const issue = this.issueOf(schema, value);
      if (issue === undefined) return undefined;
      const where = issue.path.length === 0 ? "" : ` (at ${issue.path.join(".")})`;
      return `${issue.message}${where}`;
    } catch (error) {
      if (error instanceof BudgetSpent) return undefined;
      throw error;
    }
  }

  /** The first thing that is wrong with a value. Throws `BudgetSpent`. */
  issueOf(schema: Json, value: Json): SchemaIssue | undefined {
    this.budget.spend(1);
    if (schema === false) return { path: [], message: "must not be there" };
    if (!isObject(schema)) return undefined;
    for (const [keyword, rule] of Object.entries(schema)) {
      const check = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
      const issue = check?.(rule, value, { schema, check: this });
      if (issue !== undefined) return issue;
    }
    return undefined;
  }

  /** Whether a pattern is found in a text; `undefined` for one that cannot be used. */
  matches(pattern: string, text: string): boolean | undefined {
    const known = this.#patterns.get(pattern) ?? compilePattern(pattern);
    this.#patterns.set(pattern, known);
    return "refused" in known ? undefined : known.test(text, this.#patternBudget);
  }
}
