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
  too_small: ({ origin, minimum, inclusive }) => bound(origin, inclusive ? "at least" : "more than", minimum),
  too_big: ({ origin, maximum, inclusive }) => bound(origin, inclusive ? "at most" : "less than", maximum),
  not_multiple_of: ({ divisor }) => `must be a multiple of ${divisor}`,
  invalid_format: ({ format, pattern }) =>
    format === "regex" ? `must match ${pattern}` : `must be a valid ${formats[format] ?? format}`,
};

const formats: Readonly<Record<string, string>> = {
  email: "e-mail address",
  url: "URL",
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
  datetime: "date and time, such as 2030-01-31T12:00:00Z",
};

function bound(origin: string, words: string, limit: number | bigint): string {
  if (origin === "string") return `must have ${words} ${limit} characters`;
  if (origin === "array" || origin === "set") return `must have ${words} ${limit} items`;
  return origin === "object" ? `must have ${words} ${limit} members` : `must be ${words} ${limit}`;
}

/** What a schema found wrong, as the end of a sentence that begins with the place: `must be a string`. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  // A message that one of our schemas gave is better than what can be said in general.
  if (!/^(Invalid |Unrecognized |Too )/.test(issue.message)) return issue.message;
  const sentence = sentences[issue.code] as ((issue: z.core.$ZodIssue) => string) | undefined;
  return sentence?.(issue) ?? issue.message;
}
