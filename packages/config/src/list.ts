import { z } from "zod";

/** A setting of several, separated by commas. */
export const list = <Item extends z.ZodType<string, string>>(item: Item, standing = "") =>
  z
    .string()
    .prefault(standing)
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .pipe(z.array(item));
