import { z } from "zod";

/** A key that may be absent or null, and is null in the stored form either way (workers spec 8.11). */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? null);
}

/** A decimal number, written as a number or a numeric string, and kept as text. */
export const Decimal = z
  .union([z.number(), z.string().regex(/^[+-]?\d+(\.\d+)?$/)], "must be a number")
  .transform(String);
