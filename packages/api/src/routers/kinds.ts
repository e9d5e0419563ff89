import { KindId, UpdateDeploymentKind } from "@platz/domain";
import { getKind, listKinds, updateKind } from "@platz/services";
import { idInput, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("kinds", { name: text.optional() });

export const kinds = router({
  list: procedure.input(List).query(({ ctx, input }) => listKinds(ctx, input)),
  get: procedure.input(idInput(KindId)).query(({ ctx, input }) => getKind(ctx, input.id)),
  update: procedure.input(UpdateDeploymentKind).mutation(({ ctx, input }) => updateKind(ctx, input)),
});
