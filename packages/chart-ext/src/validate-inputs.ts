import { z } from "zod";
import { collectionName } from "./collection.ts";
import { isObject, type Json, type JsonObject, own } from "./json.ts";
import { optionIssue } from "./options.ts";
import {
  collectionOf,
  type ElementType,
  elementTypeOf,
  type FormInput,
  type ItemFilter,
  type ValuesUi,
} from "./values-ui.ts";
import { visibilityOf } from "./visibility.ts";

/** What is wrong with one input, for whoever filled it in. */
export interface InputIssue {
  readonly input: string;
  readonly message: string;
}

/** What a value of each type must be; the answer ends a sentence that begins with the input. */
const checks: Readonly<Record<ElementType, (value: Json, input: FormInput) => string | undefined>> = {
  text: (value) => (typeof value === "string" ? undefined : "must be a text"),
  number: checkNumber,
  Checkbox: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
  RadioSelect: checkOption,
  CollectionSelect: (value) =>
    z.uuid().safeParse(value).success ? undefined : "must be the id of an item to choose from",
  DaysAndHour: checkDaysAndHour,
};

/** What is wrong with one value of an input, a single one also of an array: the end of a sentence, or nothing. */
export function checkElement(input: FormInput, value: Json): string | undefined {
  const type = elementTypeOf(input);
  return type === null ? undefined : checks[type](value, input);
}

/**
 * What is wrong with the inputs of a form: a required one that is shown and absent, a value of the wrong type or out
 * of range, an input that the form does not have. A null counts as absent; what is hidden is not looked at.
 */
export function validateInputs(ui: ValuesUi, inputs: JsonObject): InputIssue[] {
  const present = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
  const known = new Set<string>();
  const issues = ui.inputs
    .filter(({ id }) => known.size < known.add(id).size)
    .filter(visibilityOf(present))
    .flatMap((input) => inputIssues(input, own(present, input.id)));
  const unknown = Object.keys(present).filter((id) => !known.has(id));
  return [...issues, ...unknown.map((input) => ({ input, message: "is no input of this form" }))];
}

function inputIssues(input: FormInput, value: Json | undefined): InputIssue[] {
  const issue = (message: string) => [{ input: input.id, message: `${input.label} ${message}` }];
  // A text field that somebody emptied is one that was not filled in.
  if (value === undefined || (value === "" && input.type === "text")) {
    return input.required ? issue("is required") : [];
  }
  if (input.type !== "array") {
    const message = checkElement(input, value);
    return message === undefined ? [] : issue(message);
  }
  if (!Array.isArray(value)) return issue("must be a list");
  for (const [index, item] of value.entries()) {
    const message = checkElement(input, item);
    if (message !== undefined) return issue(`${message} (item ${index + 1})`);
  }
  return [];
}

function checkNumber(value: Json, { minimum, maximum }: FormInput): string | undefined {
  const atLeast = minimum === null ? undefined : `at least ${minimum}`;
  const atMost = maximum === null ? undefined : `at most ${maximum}`;
  const bounds = [atLeast, atMost].filter((bound) => bound !== undefined).join(" and ");
  const expected = `must be a number${bounds === "" ? "" : ` of ${bounds}`}`;
  if (typeof value !== "number" || !Number.isFinite(value)) return expected;
  const isInside =
    (minimum === null || value >= Number(minimum)) && (maximum === null || value <= Number(maximum));
  return isInside ? undefined : expected;
}

function checkOption(value: Json, { options }: FormInput): string | undefined {
  return options === null ? undefined : optionIssue(options, value);
}

function checkDaysAndHour(value: Json): string | undefined {
  const expected = 'must be days and an hour, such as {"run_days": "1,3,5", "schedule": "23:15"}';
  if (!isObject(value)) return expected;
  const days = own(value, "run_days");
  const schedule = own(value, "schedule");
  const isDays = typeof days === "string" && /^([0-6](,[0-6])*)?$/.test(days);
  const isHour = typeof schedule === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(schedule);
  return isDays && isHour ? undefined : expected;
}

/** An item of a collection that the inputs refer to. */
export interface CollectionReference {
  readonly input: string;
  readonly collection: string;
  readonly itemId: string;
  /** What the form demands of the item. */
  readonly filters: readonly ItemFilter[];
}

/** Every item that the shown inputs refer to, those in lists included (W25, W37). */
export function collectionReferences(ui: ValuesUi, inputs: JsonObject): CollectionReference[] {
  const isVisible = visibilityOf(inputs);
  return ui.inputs.flatMap((input) => {
    const collection = collectionOf(input);
    if (collection === null || !isVisible(input)) return [];
    const value = own(inputs, input.id);
    const ids = (Array.isArray(value) ? value : [value]).filter((id) => typeof id === "string" && id !== "");
    return ids.map((itemId) => ({
      input: input.id,
      collection: collectionName(collection),
      itemId: String(itemId),
      filters: input.filters ?? [],
    }));
  });
}
