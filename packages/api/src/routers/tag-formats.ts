import { HelmTagFormatId, NewHelmTagFormat } from "@platz/domain";
import { createTagFormat, deleteTagFormat, getTagFormat, listTagFormats } from "@platz/services";
import { idInput, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("tagFormats", { pattern: text.optional() });

export const tagFormats = router({
  list: procedure.input(List).query(({ ctx, input }) => listTagFormats(ctx, input)),
  get: procedure.input(idInput(HelmTagFormatId)).query(({ ctx, input }) => getTagFormat(ctx, input.id)),
  create: procedure.input(NewHelmTagFormat).mutation(({ ctx, input }) => createTagFormat(ctx, input)),
  delete: procedure
    .input(idInput(HelmTagFormatId))
    .mutation(({ ctx, input }) => deleteTagFormat(ctx, input.id)),
});
