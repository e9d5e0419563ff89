import { DeploymentResourceTypeId, EnvId, NewResourceOffer, ResourceOfferId } from "@platz/domain";
import { createResourceOffer, deleteResourceOffer, listResourceOffers } from "@platz/services";
import { idInput, is, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("resourceOffers", {
  envId: is(EnvId),
  toEnvId: is(EnvId),
  typeId: is(DeploymentResourceTypeId),
});

export const resourceOffers = router({
  list: procedure.input(List).query(({ ctx, input }) => listResourceOffers(ctx, input)),
  create: procedure.input(NewResourceOffer).mutation(({ ctx, input }) => createResourceOffer(ctx, input)),
  delete: procedure
    .input(idInput(ResourceOfferId))
    .mutation(({ ctx, input }) => deleteResourceOffer(ctx, input.id)),
});
