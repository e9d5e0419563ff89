import { PageRequest } from "@platz/domain";
import { z } from "zod";

/** The input of a list: a page, and these filters. */
export function listInput<Shape extends z.ZodRawShape>(filters: Shape) {
  return z.strictObject({ ...filters, page: PageRequest.prefault({}) }).prefault({} as never);
}

/** The input of what is about one row. */
export function idInput<Id extends z.ZodType>(id: Id) {
  return z.strictObject({ id });
}
