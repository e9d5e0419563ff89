import { HelmRegistryId, KindId, UpdateHelmRegistry } from "@platz/domain";
import { getRegistry, listRegistries, updateRegistry } from "@platz/services";
import { z } from "zod";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({ repoName: z.string().optional(), kindId: KindId.optional() });

export const registries = router({
  list: procedure.input(List).query(({ ctx, input }) => listRegistries(ctx, input)),
  get: procedure.input(idInput(HelmRegistryId)).query(({ ctx, input }) => getRegistry(ctx, input.id)),
  update: procedure.input(UpdateHelmRegistry).mutation(({ ctx, input }) => updateRegistry(ctx, input)),
});
