import { ClusterId, DeploymentId, EnvId, KindId, NewDeployment, UpdateDeployment } from "@platz/domain";
import {
  createDeployment,
  deleteDeployment,
  getDeployment,
  listDeployments,
  updateDeployment,
} from "@platz/services";
import { z } from "zod";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({
  kindId: KindId.optional(),
  clusterId: ClusterId.optional(),
  envId: EnvId.optional(),
  enabled: z.boolean().optional(),
  name: z.string().optional(),
});

export const deployments = router({
  list: procedure.input(List).query(({ ctx, input }) => listDeployments(ctx, input)),
  get: procedure.input(idInput(DeploymentId)).query(({ ctx, input }) => getDeployment(ctx, input.id)),
  create: procedure.input(NewDeployment).mutation(({ ctx, input }) => createDeployment(ctx, input)),
  update: procedure.input(UpdateDeployment).mutation(({ ctx, input }) => updateDeployment(ctx, input)),
  delete: procedure
    .input(idInput(DeploymentId))
    .mutation(({ ctx, input }) => deleteDeployment(ctx, input.id)),
});
