import { collectionName } from "./collection.ts";
import { insertAtPath } from "./insert-at-path.ts";
import { type Json, type JsonObject, own } from "./json.ts";
import { RenderError } from "./render-error.ts";
import {
  collectionOf,
  elementTypeOf,
  type FieldReference,
  type FormInput,
  type ValuesUi,
} from "./values-ui.ts";
import { isVisible } from "./visibility.ts";

/** One property of one item that somebody chose. */
export interface ItemProperty {
  /** Name of the collection, as `collectionName` gives it. */
  readonly collection: string;
  readonly itemId: string;
  readonly property: string;
}

/** Looks a property up. What it throws ends the rendering. */
export type Resolve = (item: ItemProperty) => Promise<Json> | Json;

export interface RenderedValues {
  readonly values: JsonObject;
  /** Paths whose value found no place, because an earlier output is in the way or a list is full. */
  readonly dropped: readonly (readonly string[])[];
}

/**
 * The values that a form's inputs give (workers spec 8.6): outputs in order, each put at its path; an output of a
 * hidden or optional and absent input is left out. Throws `RenderError`, and whatever `resolve` throws.
 */
export async function renderValues(
  ui: ValuesUi,
  inputs: JsonObject,
  resolve: Resolve,
): Promise<RenderedValues> {
  const values: JsonObject = {};
  const dropped: (readonly string[])[] = [];
  for (const { path, value } of ui.outputs.values) {
    const rendered = await renderReference(ui, inputs, { reference: value, resolve });
    // A copy: one input may be put at several places, and paths may write into what was put.
    if (rendered !== undefined && !insertAtPath(values, path, structuredClone(rendered))) dropped.push(path);
  }
  return { values, dropped };
}

/** A Kubernetes Secret that a form's inputs give. */
export interface RenderedSecret {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The Secrets that a form's inputs give (workers spec 8.7), by name; one without any key is left out. */
export async function renderSecrets(
  ui: ValuesUi,
  inputs: JsonObject,
  resolve: Resolve,
): Promise<RenderedSecret[]> {
  const secrets: RenderedSecret[] = [];
  for (const [name, keys] of Object.entries(ui.outputs.secrets)) {
    const data: [string, string][] = [];
    for (const [key, reference] of Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const rendered = await renderReference(ui, inputs, { reference, resolve });
      if (rendered !== undefined)
        data.push([key, typeof rendered === "string" ? rendered : JSON.stringify(rendered)]);
    }
    if (data.length > 0) secrets.push({ name, data: Object.fromEntries(data) });
  }
  return secrets.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a reference stands for; nothing when its input is hidden, or optional and absent. */
async function renderReference(
  ui: ValuesUi,
  inputs: JsonObject,
  { reference, resolve }: { readonly reference: FieldReference; readonly resolve: Resolve },
): Promise<Json | undefined> {
  const id = "FieldValue" in reference ? reference.FieldValue.input : reference.FieldProperty.input;
  const input = ui.inputs.find((each) => each.id === id);
  if (input === undefined) {
    throw new RenderError(
      "missing-schema",
      id,
      `The form has an output of the input ${id}, which it does not have.`,
    );
  }
  const lookup = "FieldProperty" in reference ? requireCollection(input) : undefined;
  if (!isVisible(input, inputs)) return undefined;
  const given = own(inputs, id);
  // A null chooses nothing; as a value it is one (workers spec 8.6).
  const value = given === null && lookup !== undefined ? undefined : given;
  if (value === undefined) {
    if (input.required) throw new RenderError("missing-value", id, `${input.label} (${id}) is required.`);
    return undefined;
  }
  if (lookup === undefined || !("FieldProperty" in reference)) return value;
  const { property } = reference.FieldProperty;
  const one = (itemId: string) => resolve({ collection: lookup, itemId, property });
  return input.type === "array"
    ? Promise.all(requireStrings(input, value).map(one))
    : one(requireString(input, value));
}

function requireCollection(input: FormInput): string {
  if (elementTypeOf(input) !== "CollectionSelect") {
    throw new RenderError(
      "not-a-collection",
      input.id,
      `The form asks for a property of ${input.id}, which chooses from no collection.`,
    );
  }
  const collection = collectionOf(input);
  if (collection !== null) return collectionName(collection);
  throw new RenderError(
    "invalid-collection",
    input.id,
    `The form lets ${input.id} choose from ${JSON.stringify(input.collection)}, which is no collection.`,
  );
}

function requireString(input: FormInput, value: Json): string {
  if (typeof value === "string") return value;
  throw new RenderError("not-a-string", input.id, `${input.label} (${input.id}) must be the id of an item.`);
}

function requireStrings(input: FormInput, value: Json): string[] {
  if (Array.isArray(value) && value.every((item): item is string => typeof item === "string")) return value;
  throw new RenderError(
    "not-a-string-array",
    input.id,
    `${input.label} (${input.id}) must be a list of ids of items.`,
  );
}
