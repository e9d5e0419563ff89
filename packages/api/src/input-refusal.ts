import { Invalid } from "@platz/domain";
import type { ZodError } from "zod";

/** What was wrong with an input, field by field, with one sentence that a person can act on. */
export function inputRefusal(error: ZodError): Invalid {
  const issues = error.issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "symbol" ? String(part) : part)),
    message,
  }));
  return Invalid.fields("What was sent", issues);
}
