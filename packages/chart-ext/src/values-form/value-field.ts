import { z } from "zod";
import { Json } from "../json.ts";
import { Option } from "../values-ui.ts";

/**
 * How a part of a chart's values is edited. The names are those of inputs of a values UI where they mean the same;
 * `group` has fields of its own, and `Yaml` is whatever cannot be shown as fields.
 */
export const fieldTypes = ["group", "text", "number", "Checkbox", "RadioSelect", "array", "Yaml"] as const;
export type FieldType = (typeof fieldTypes)[number];

/** A part of a chart's values that people may set. */
export const ValueField = z.object({
  /** Keys from the top of the values. None: whatever no other field holds. */
  path: z.array(z.string()),
  type: z.enum(fieldTypes),
  /** What an array is a list of. */
  itemType: z.enum(["text", "number", "Checkbox", "RadioSelect"]).nullable(),
  label: z.string(),
  helpText: z.string().nullable(),
  /** What stands there when nobody sets it: as in values.yaml, else as the schema says. */
  initialValue: Json,
  /** Whether it must be there as soon as what holds it is there. */
  required: z.boolean(),
  /** A secret: shown to nobody who may not change it, sealed in the database. */
  sensitive: z.boolean(),
  options: z.array(Option).nullable(),
  minimum: z.string().nullable(),
  maximum: z.string().nullable(),
  step: z.string().nullable(),
  /** What the value must fit, as JSON Schema without references; `null` of a group, whose fields say it. */
  schema: Json,
  /** Whether a group has no other members than its fields. */
  closed: z.boolean(),
  get fields() {
    return z.array(ValueField);
  },
});
export type ValueField = z.output<typeof ValueField>;

/** How a field is called where a name is needed: its path with dots, as `helm --set` has it. */
export function fieldId({ path }: Pick<ValueField, "path">): string {
  return path.map((key) => key.replaceAll(".", "\\.")).join(".");
}
