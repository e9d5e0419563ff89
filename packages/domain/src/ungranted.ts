import { z } from "zod";

/** An object of a chart that its kind has no grant for. `why` completes "This object …". */
export const UngrantedObject = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  /** `null`: it belongs to no namespace. */
  namespace: z.string().nullable(),
  why: z.string(),
});
export type UngrantedObject = z.output<typeof UngrantedObject>;

const NAMED_MAX = 5;

/**
 * That a kind has no grant for these objects, and who can give it one: the sentence of previews, of refused tasks, and of
 * whatever else says so.
 */
export function ungrantedSentence(kindName: string, objects: readonly UngrantedObject[]): string {
  const named = objects.slice(0, NAMED_MAX).map(({ kind, name, why }) => `${kind} ${name}, which ${why}`);
  const more = objects.length - named.length;
  const rest = more === 0 ? "" : `; and ${more} more`;
  return (
    `The kind ${kindName} has no grant for ${named.join("; ")}${rest}. ` +
    "A site admin can give it one: kindGrants.createForChart grants what a version of its chart needs, kindGrants.create more."
  );
}
