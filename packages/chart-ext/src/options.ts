import { canonicalText } from "./canonical-text.ts";
import type { Json } from "./json.ts";

type Options = readonly { readonly value: Json }[];

/** What each list of options allows, made once: an input may be a list of many values. */
const known = new WeakMap<Options, ReadonlySet<string>>();

const OPTIONS_TOLD_MAX = 20;

/** What is wrong with a value that must be one of these options: the end of a sentence, or nothing. */
export function optionIssue(options: Options, value: Json): string | undefined {
  const allowed = known.get(options) ?? new Set(options.map((option) => canonicalText(option.value)));
  known.set(options, allowed);
  if (allowed.has(canonicalText(value))) return undefined;
  const told = options.slice(0, OPTIONS_TOLD_MAX).map((option) => JSON.stringify(option.value));
  const more = options.length - told.length;
  return `must be one of ${told.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
