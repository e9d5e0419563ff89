import type { z } from "zod";

type Sentences = {
  readonly [Code in z.core.$ZodIssue["code"]]?: (issue: z.core.$ZodIssue & { code: Code }) => string;
};

const sentences: Sentences = {
  invalid_type: ({ expected, message }) =>
    message.endsWith("received undefined")
      ? "is required"
      : `must be ${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`,
  invalid_value: ({ values }) => `must be ${values.map(String).join(" or ")}`,
  unrecognized_keys: ({ keys }) => `has keys that are not known: ${keys.join(", ")}`,
  invalid_union: () => "has not the expected form",
};

/** What a schema found wrong, as the end of a sentence that begins with the place: `must be a string`. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  // A message that one of our schemas gave is better than what can be said in general.
  if (!/^(Invalid |Unrecognized )/.test(issue.message)) return issue.message;
  const sentence = sentences[issue.code] as ((issue: z.core.$ZodIssue) => string) | undefined;
  return sentence?.(issue) ?? issue.message;
}
