import { Instant, type ListName, PageRequest, type Sort, sortsOf } from "@platz/domain";
import { z } from "zod";

const IN_MAX = 100;

/** The input of a list: these filters, all of which have to hold, an order and a page. */
export function listInput<Name extends ListName, Shape extends z.ZodRawShape>(name: Name, filters: Shape) {
  const sorts: [Sort<Name>, ...Sort<Name>[]] = sortsOf(name);
  const sort = z.enum(sorts, `sort by one of ${sorts.join(", ")}`).optional();
  return z.strictObject({ ...filters, sort, page: PageRequest.prefault({}) }).prefault({} as never);
}

/** A filter for one value, or any of several: `{ in: [...] }`. */
export function is<Value extends z.ZodType>(value: Value) {
  return z.union([value, z.strictObject({ in: z.array(value).min(1).max(IN_MAX) })]).optional();
}

/** The same for what may be absent: `null` asks for rows without it. */
export function isOrAbsent<Value extends z.ZodType>(value: Value) {
  return z
    .union([value, z.strictObject({ in: z.array(value).min(1).max(IN_MAX) })])
    .nullable()
    .optional();
}

/** A filter for times at or after `from`, and before `until`. */
export const between = z.strictObject({ from: Instant.optional(), until: Instant.optional() }).optional();

/** A text to look for. */
export const text = z.string().max(200);

/** The input of what is about one row. */
export function idInput<Id extends z.ZodType>(id: Id) {
  return z.strictObject({ id });
}
