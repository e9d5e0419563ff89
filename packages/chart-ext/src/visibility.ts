import { holds } from "./condition/json-logic.ts";
import { type JsonObject, own, sameJson } from "./json.ts";
import { limits } from "./limits.ts";
import { StepBudget } from "./step-budget.ts";
import type { FormInput, ValuesUi } from "./values-ui.ts";

/** Says of the inputs of one form whether they are shown. */
export type Visibility = (input: FormInput) => boolean;

/**
 * Which inputs are shown for what has been filled in so far (workers spec 8.5): `showIf` overrides `showIfAll`. Each is
 * looked at once, and all conditions of the form share a budget of steps: one that it does not suffice for is not met.
 */
export function visibilityOf(inputs: JsonObject): Visibility {
  const budget = new StepBudget(limits.formSteps);
  const known = new Map<FormInput, boolean>();
  return (input) => {
    const before = known.get(input);
    if (before !== undefined) return before;
    const isShown = conditionHolds(input, inputs, budget);
    known.set(input, isShown);
    return isShown;
  };
}

function conditionHolds({ showIf, showIfAll }: FormInput, inputs: JsonObject, budget: StepBudget): boolean {
  if (showIf !== null) return holds(showIf, inputs, budget);
  return (showIfAll ?? []).every(({ field, value }) => {
    const submitted = own(inputs, field);
    return submitted !== undefined && sameJson(submitted, value);
  });
}

/** Whether an input is shown for what has been filled in so far. */
export function isVisible(input: FormInput, inputs: JsonObject): boolean {
  return visibilityOf(inputs)(input);
}

/** The inputs that are shown for what has been filled in so far. */
export function visibleInputs(ui: ValuesUi, inputs: JsonObject): FormInput[] {
  return ui.inputs.filter(visibilityOf(inputs));
}
