import { type JsonObject, own, sameJson } from "./json.ts";
import { holds } from "./json-logic.ts";
import type { FormInput, ValuesUi } from "./values-ui.ts";

/** Whether an input is shown for what has been filled in so far (workers spec 8.5): `showIf` overrides `showIfAll`. */
export function isVisible(input: FormInput, inputs: JsonObject): boolean {
  if (input.showIf !== null) return holds(input.showIf, inputs);
  return (input.showIfAll ?? []).every(({ field, value }) => {
    const submitted = own(inputs, field);
    return submitted !== undefined && sameJson(submitted, value);
  });
}

/** The inputs that are shown for what has been filled in so far. */
export function visibleInputs(ui: ValuesUi, inputs: JsonObject): FormInput[] {
  return ui.inputs.filter((input) => isVisible(input, inputs));
}
