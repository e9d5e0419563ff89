import {
  DeploymentId,
  DeploymentResourceId,
  DeploymentResourceTypeId,
  EnvId,
  NewDeploymentResource,
  UpdateDeploymentResource,
} from "@platz/domain";
import {
  createDeploymentResource,
  deleteDeploymentResource,
  getDeploymentResource,
  listDeploymentResources,
  retryDeploymentResource,
  updateDeploymentResource,
} from "@platz/services";
import { z } from "zod";
import { idInput, is, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("deploymentResources", {
  typeId: is(DeploymentResourceTypeId),
  envId: is(EnvId),
  deploymentId: isOrAbsent(DeploymentId),
  exists: z.boolean().optional(),
  name: text.optional(),
});
const Id = idInput(DeploymentResourceId);

export const deploymentResources = router({
  list: procedure.input(List).query(({ ctx, input }) => listDeploymentResources(ctx, input)),
  get: procedure.input(Id).query(({ ctx, input }) => getDeploymentResource(ctx, input.id)),
  create: procedure
    .input(NewDeploymentResource)
    .mutation(({ ctx, input }) => createDeploymentResource(ctx, input)),
  update: procedure
    .input(UpdateDeploymentResource)
    .mutation(({ ctx, input }) => updateDeploymentResource(ctx, input)),
  retry: procedure.input(Id).mutation(({ ctx, input }) => retryDeploymentResource(ctx, input.id)),
  delete: procedure.input(Id).mutation(({ ctx, input }) => deleteDeploymentResource(ctx, input.id)),
});
