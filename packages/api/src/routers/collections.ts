import { EnvId, Json, KindId } from "@platz/domain";
import { listCollectionItems } from "@platz/services";
import { z } from "zod";
import { text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const Items = z.strictObject({
  envId: EnvId,
  /** As a form names it: `secrets`, `{ deployment, type }`, or the key of a resource type. */
  collection: Json,
  filters: z
    .array(z.strictObject({ field: text, value: text }))
    .max(10)
    .default([]),
  kindId: KindId.optional(),
  search: text.optional(),
  limit: z.int32().min(1).max(500).default(100),
});

export const collections = router({
  items: procedure.input(Items).query(({ ctx, input }) => listCollectionItems(ctx, input)),
});
