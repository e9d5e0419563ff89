import { Invalid } from "@platz/domain";
import type { ZodError } from "zod";

/** What was wrong with an input, field by field, as one sentence that a person can act on. */
export function inputSentence(error: ZodError): string {
  const issues = error.issues.map(({ path, message }) => ({
    path:
      path.length === 0 ? ["input"] : path.map((part) => (typeof part === "symbol" ? String(part) : part)),
    message,
  }));
  return Invalid.fields("What was sent", issues).message;
}
