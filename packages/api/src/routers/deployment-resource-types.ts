import { ApproveResourceType, DeploymentResourceTypeId, EnvId, KindId } from "@platz/domain";
import { approveResourceType, getResourceType, listResourceTypes } from "@platz/services";
import { idInput, is, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("deploymentResourceTypes", {
  envId: isOrAbsent(EnvId),
  deploymentKindId: is(KindId),
  key: is(text),
});

export const deploymentResourceTypes = router({
  list: procedure.input(List).query(({ ctx, input }) => listResourceTypes(ctx, input)),
  get: procedure
    .input(idInput(DeploymentResourceTypeId))
    .query(({ ctx, input }) => getResourceType(ctx, input.id)),
  approve: procedure.input(ApproveResourceType).mutation(({ ctx, input }) => approveResourceType(ctx, input)),
});
