import { EnvId, EventTable } from "@platz/domain";
import { followChanges } from "@platz/services";
import { tracked } from "@trpc/server";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const Changes = z
  .strictObject({
    /** Where to go on: the id of the last message that arrived. Clients send it by themselves when they reconnect. */
    lastEventId: z
      .string()
      .regex(/^\d{1,15}$/, "must be the id of a message of this feed")
      .nullish(),
    /** Only changes of these kinds of rows. */
    tables: z.array(EventTable).min(1).max(30).optional(),
    /** Only changes in these envs, and of what belongs to no env. */
    envIds: z.array(EnvId).min(1).max(100).optional(),
  })
  .prefault({});

export const events = router({
  changes: procedure.input(Changes).subscription(async function* ({ ctx, input, signal }) {
    const { feed, stopping, reauthenticate } = ctx.api;
    const following = {
      feed,
      revalidate: reauthenticate,
      after: input.lastEventId == null ? undefined : Number(input.lastEventId),
      tables: input.tables,
      envIds: input.envIds,
      signal: AbortSignal.any([stopping, ...(signal ? [signal] : [])]),
    };
    for await (const { position, message } of followChanges(ctx, following)) {
      yield tracked(String(position), message);
    }
    // Ended by us: a stream that breaks off makes the client come back, one that ends well does not.
    if (stopping.aborted) throw new DOMException("The server is stopping.", "AbortError");
  }),
});
