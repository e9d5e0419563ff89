import { HelmRegistryId, KindId, UpdateHelmRegistry } from "@platz/domain";
import { getRegistry, listRegistries, updateRegistry } from "@platz/services";
import { idInput, is, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("registries", { repoName: is(text), kindId: is(KindId) });

export const registries = router({
  list: procedure.input(List).query(({ ctx, input }) => listRegistries(ctx, input)),
  get: procedure.input(idInput(HelmRegistryId)).query(({ ctx, input }) => getRegistry(ctx, input.id)),
  update: procedure.input(UpdateHelmRegistry).mutation(({ ctx, input }) => updateRegistry(ctx, input)),
});
