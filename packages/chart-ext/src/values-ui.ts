import { z } from "zod";
import { parseCollection } from "./collection.ts";
import { Json } from "./json.ts";
import { limits } from "./limits.ts";
import { Decimal, optional } from "./optional.ts";

/** What one value of an input is; an `array` input has a list of one of them. */
export const elementTypes = [
  "text",
  "number",
  "CollectionSelect",
  "RadioSelect",
  "DaysAndHour",
  "Checkbox",
] as const;
export type ElementType = (typeof elementTypes)[number];

/** Element types are matched whatever their case, and kept in one spelling (workers spec 8.5). */
const ElementTypeName = z
  .string(`must be one of ${elementTypes.join(", ")}`)
  .transform((name, context): ElementType => {
    const found = elementTypes.find((type) => type.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue(`must be one of ${elementTypes.join(", ")}`);
    return z.NEVER;
  });

/** `array` is matched as it is; what it is an array of stands in `itemType`. */
const InputType = z.union([z.literal("array"), ElementTypeName], {
  error: `must be array or one of ${elementTypes.join(", ")}`,
});

const FieldValuePair = z.object({ field: z.string(), value: Json });
/** A property that an item must have for a select to offer it. */
export type ItemFilter = z.output<typeof FieldValuePair>;

/** One of the values that a RadioSelect offers. */
export const Option = z.object({ value: Json, label: optional(z.string()), helpText: optional(z.string()) });

const FormInput = z
  .object({
    id: z.string().min(1, "must not be empty"),
    type: InputType,
    itemType: optional(ElementTypeName),
    collection: optional(Json),
    label: z.string(),
    initialValue: optional(Json),
    helpText: optional(z.string()),
    required: z
      .boolean()
      .nullish()
      .transform((value) => value ?? false),
    sensitive: z
      .boolean()
      .nullish()
      .transform((value) => value ?? false),
    options: optional(z.array(Option).max(limits.options)),
    showIfAll: optional(z.array(FieldValuePair).max(limits.conditions)),
    showIf: optional(Json),
    filters: optional(z.array(FieldValuePair).max(limits.conditions)),
    minimum: optional(Decimal),
    maximum: optional(Decimal),
    step: optional(Decimal),
  })
  .superRefine((input, context) => {
    if (input.type === "array" && input.itemType === null) {
      context.addIssue({ code: "custom", path: ["itemType"], message: "is required for an array" });
    }
    if (elementTypeOf(input) === "CollectionSelect" && input.collection === null) {
      context.addIssue({
        code: "custom",
        path: ["collection"],
        message: "is required for a CollectionSelect",
      });
    }
  });
export type FormInput = z.output<typeof FormInput>;

export const FieldReference = z.union(
  [
    z.strictObject({ FieldValue: z.object({ input: z.string() }) }),
    z.strictObject({ FieldProperty: z.object({ input: z.string(), property: z.string() }) }),
  ],
  "must be `FieldValue: {input}` or `FieldProperty: {input, property}`",
);
export type FieldReference = z.output<typeof FieldReference>;

const Outputs = z.object({
  values: z
    .array(z.object({ path: z.array(z.string()).max(limits.pathElements), value: FieldReference }))
    .max(limits.outputs),
  secrets: z
    .record(z.string(), z.record(z.string(), FieldReference))
    .nullish()
    .transform((value) => value ?? {}),
});

const body = {
  inputs: z.array(FormInput).max(limits.inputs),
  outputs: Outputs.nullish().transform((value) => value ?? { values: [], secrets: {} }),
};

/** The older form: without a wrapper, and strict about what stands at the top. */
export const ValuesUiV0 = z.strictObject(body);
export const ValuesUiV1Beta1 = z.object({
  apiVersion: z.literal("platz.io/v1beta1"),
  kind: z.literal("ValuesUi"),
  ...body,
});

/** A form, in either version: the inputs that people fill in, and where their values go. */
export type ValuesUi = z.output<typeof ValuesUiV0> | z.output<typeof ValuesUiV1Beta1>;

/** The inputs of a form by their ids; of several with one id the first counts. */
export type InputsById = ReadonlyMap<string, FormInput>;

export function inputsById({ inputs }: Pick<ValuesUi, "inputs">): InputsById {
  return new Map(inputs.toReversed().map((input) => [input.id, input]));
}

/** What one value of the input is. */
export function elementTypeOf(input: {
  readonly type: string;
  readonly itemType: ElementType | null;
}): ElementType | null {
  return input.type === "array" ? input.itemType : (input.type as ElementType);
}

/** The collection that a select chooses from; nothing for other inputs and for what names no collection. */
export function collectionOf(input: FormInput) {
  return elementTypeOf(input) === "CollectionSelect" ? parseCollection(input.collection) : null;
}
