import { actionsOf } from "../actions.ts";
import { chartFormOf, isValuesForm, storedFormOf, valuesUiOf } from "../chart-form.ts";
import type { ChartIssue } from "../chart-issue.ts";
import { resourceTypesOf } from "../resource-types.ts";
import type { ValueField } from "../values-form/value-field.ts";
import type { ValuesUi } from "../values-ui.ts";

/** What a chart says of its inputs, as it is stored. */
export interface StoredForms {
  readonly valuesUi: unknown;
  readonly actionsSchema: unknown;
  readonly resourceTypes: unknown;
}

/**
 * What an earlier chart of the same repository calls sensitive and this one does not, although it still has it. Whoever
 * wrote it may not know that what people enter from then on is stored in the open, and shown to every member.
 */
export function droppedSecrets(
  earlier: StoredForms & { readonly tag: string },
  chart: StoredForms,
): ChartIssue[] {
  const message = `is called sensitive by the earlier version ${earlier.tag} and not any more: what is entered from now on is shown to every member of the env, and what was sealed before stays sealed`;
  const issues = (file: string, paths: readonly (readonly string[])[]): ChartIssue[] =>
    paths.map((path) => ({ file, path, message }));
  return [
    ...issues(formFile(chart.valuesUi), droppedOfForm(earlier.valuesUi, chart.valuesUi)),
    ...issues(
      "platz/actions.yaml",
      actionsOf(chart.actionsSchema).flatMap(({ id, uiSchema }) => {
        const before = actionsOf(earlier.actionsSchema).find((action) => action.id === id);
        return droppedOfInputs(before?.uiSchema, uiSchema).map((input) => [id, input]);
      }),
    ),
    ...issues(
      "platz/resources.yaml",
      resourceTypesOf(chart.resourceTypes).flatMap(({ key, spec }) => {
        const before = resourceTypesOf(earlier.resourceTypes).find((type) => type.key === key);
        return droppedOfInputs(before?.spec.values_ui, spec.values_ui).map((input) => [key, input]);
      }),
    ),
  ];
}

function formFile(stored: unknown): string {
  const form = storedFormOf(stored);
  return form !== undefined && isValuesForm(form) ? "values.schema.json" : "platz/values-ui.yaml";
}

function droppedOfForm(before: unknown, after: unknown): string[][] {
  const [was, is] = [chartFormOf(before), chartFormOf(after)];
  // Without a form, everything that a deployment has is handed on, and nothing of it is a secret.
  if (was === undefined || is === undefined) return [...(was?.sensitive ?? [])].map((key) => [key]);
  const keys = keysOf(after);
  return [...was.sensitive].filter((key) => keys.has(key) && !is.sensitive.has(key)).map((key) => [key]);
}

/** The keys that inputs of a form may have; of values as Helm knows them, those at the top. */
function keysOf(stored: unknown): ReadonlySet<string> {
  const ui = valuesUiOf(stored);
  if (ui !== undefined) return new Set(ui.inputs.map(({ id }) => id));
  const form = storedFormOf(stored);
  const fields: readonly ValueField[] = form !== undefined && isValuesForm(form) ? form.fields : [];
  return new Set(fields.flatMap(({ path }) => path.slice(0, 1)));
}

type Inputs = Pick<ValuesUi, "inputs"> | null | undefined;

function droppedOfInputs(before: Inputs, after: Inputs): string[] {
  const wasSensitive = new Set((before?.inputs ?? []).filter((input) => input.sensitive).map(({ id }) => id));
  return (after?.inputs ?? [])
    .filter((input) => wasSensitive.has(input.id) && !input.sensitive)
    .map(({ id }) => id);
}
