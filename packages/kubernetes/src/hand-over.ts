import { z } from "zod";
import type { Position, ReflectorOptions } from "./reflector.ts";

/** Hands one object to the handlers. One that makes no sense is told as a problem; it still counts as being there. */
export function handOver<Item extends { readonly uid: string }>(
  { summarize, handlers }: ReflectorOptions<Item>,
  position: Position,
  change: { readonly isDeleted: boolean; readonly object: unknown },
): void {
  try {
    const item = summarize(change.object);
    if (change.isDeleted) {
      position.initial?.delete(item.uid);
      handlers.onDelete(item);
    } else {
      position.initial?.add(item.uid);
      handlers.onUpsert(item);
    }
  } catch (error) {
    const { uid, name, namespace } = Identity.parse(change.object).metadata;
    if (uid !== undefined && !change.isDeleted) position.initial?.add(uid);
    const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
    const why = error instanceof z.ZodError ? "it has not the expected form" : "it could not be handled";
    handlers.onProblem(`Object ${name} of the cluster${where} was passed over: ${why}.`);
  }
}

/** As much as can be said of an object that may be anything. */
const short = z.string().max(253);
const Identity = z
  .object({
    metadata: z.object({
      uid: z.uuid().optional().catch(undefined),
      name: short.catch("without a name"),
      namespace: short.optional().catch(undefined),
    }),
  })
  .catch({ metadata: { uid: undefined, name: "without a name", namespace: undefined } });
