import { collectionName } from "./collection.ts";
import { insertWithin } from "./insert-at-path.ts";
import { type Json, type JsonObject, own } from "./json.ts";
import { limits } from "./limits.ts";
import { RenderError } from "./render-error.ts";
import { NoRoom, RenderRoom } from "./render-room.ts";
import {
  collectionOf,
  elementTypeOf,
  type FieldReference,
  type FormInput,
  type InputsById,
  type ItemFilter,
  inputsById,
  type ValuesUi,
} from "./values-ui.ts";
import { type Visibility, visibilityOf } from "./visibility.ts";

/** One property of one item that somebody chose. */
export interface ItemProperty {
  /** Name of the collection, as `collectionName` gives it. */
  readonly collection: string;
  readonly itemId: string;
  readonly property: string;
  /** What the form demands of the item. */
  readonly filters: readonly ItemFilter[];
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
  const rendering = renderingOf(ui, inputs, resolve);
  const values: JsonObject = {};
  const dropped: (readonly string[])[] = [];
  for (const { path, value } of ui.outputs.values) {
    const rendered = await renderReference(rendering, value);
    if (rendered === undefined) continue;
    const isPut = withinRoom(rendering, value, (room) => {
      room.takeFor(rendered);
      // A copy: one input may be put at several places, and paths may write into what was put.
      return insertWithin(room, values)(path, structuredClone(rendered));
    });
    if (!isPut) dropped.push(path);
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
  const rendering = renderingOf(ui, inputs, resolve);
  const secrets: RenderedSecret[] = [];
  for (const [name, keys] of Object.entries(ui.outputs.secrets)) {
    const data: [string, string][] = [];
    for (const [key, reference] of Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const rendered = await renderReference(rendering, reference);
      if (rendered === undefined) continue;
      withinRoom(rendering, reference, (room) => room.takeFor(rendered));
      data.push([key, typeof rendered === "string" ? rendered : JSON.stringify(rendered)]);
    }
    if (data.length > 0) secrets.push({ name, data: Object.fromEntries(data) });
  }
  return secrets.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the outputs of a form are made with. */
interface Rendering {
  readonly inputOf: InputsById;
  readonly isVisible: Visibility;
  readonly inputs: JsonObject;
  readonly resolve: Resolve;
  readonly room: RenderRoom;
}

function renderingOf(ui: ValuesUi, inputs: JsonObject, resolve: Resolve): Rendering {
  const isVisible = visibilityOf(inputs);
  return { inputOf: inputsById(ui), isVisible, inputs, resolve, room: new RenderRoom() };
}

function withinRoom<Result>(
  { room }: Rendering,
  reference: FieldReference,
  work: (room: RenderRoom) => Result,
): Result {
  try {
    return work(room);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
    const { renderedValues, renderedCharacters } = limits;
    throw new RenderError(
      "too-large",
      inputOf(reference),
      `The form's outputs make more than ${renderedValues} values or ${renderedCharacters} characters.`,
    );
  }
}

function inputOf(reference: FieldReference): string {
  return "FieldValue" in reference ? reference.FieldValue.input : reference.FieldProperty.input;
}

/** What a reference stands for; nothing when its input is hidden, or optional and absent. */
async function renderReference(
  { inputOf: known, isVisible, inputs, resolve }: Rendering,
  reference: FieldReference,
): Promise<Json | undefined> {
  const id = inputOf(reference);
  const input = known.get(id);
  if (input === undefined) {
    throw new RenderError(
      "missing-schema",
      id,
      `The form has an output of the input ${id}, which it does not have.`,
    );
  }
  const lookup = "FieldProperty" in reference ? requireCollection(input) : undefined;
  if (!isVisible(input)) return undefined;
  const given = own(inputs, id);
  // A null chooses nothing; as a value it is one (workers spec 8.6).
  const value = given === null && lookup !== undefined ? undefined : given;
  if (value === undefined) {
    if (input.required) throw new RenderError("missing-value", id, `${input.label} (${id}) is required.`);
    return undefined;
  }
  if (lookup === undefined || !("FieldProperty" in reference)) return value;
  const { property } = reference.FieldProperty;
  const one = (itemId: string) =>
    resolve({ collection: lookup, itemId, property, filters: input.filters ?? [] });
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
